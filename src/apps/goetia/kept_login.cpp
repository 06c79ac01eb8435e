#include "apps/goetia/kept_login.h"

#include <cstdio>
#include <cstdlib>

#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"

namespace goetia::cli {
namespace {

namespace fs = std::filesystem;

// Nothing that is typed is shown while this lives.
class HiddenTyping {
  public:
    HiddenTyping() : is_terminal_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
        termios hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    ~HiddenTyping() {
        if (!is_terminal_) return;
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        std::fputs("\n", stderr);
    }
    HiddenTyping(const HiddenTyping&) = delete;
    HiddenTyping& operator=(const HiddenTyping&) = delete;

  private:
    termios before_{};
    bool is_terminal_;
};

Result<std::string> typed_line() {
    std::string line;
    for (int letter = std::getchar(); letter != '\n'; letter = std::getchar()) {
        if (letter == EOF && line.empty()) return make_error(Code::kCancelled, "nothing was entered");
        if (letter == EOF) break;
        line += static_cast<char>(letter);
    }
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
}

}  // namespace

fs::path login_file() {
    const char* base = std::getenv("XDG_CONFIG_HOME");
    if (base != nullptr && *base != '\0') return fs::path(base) / "goetia" / "login.json";
    const char* home = std::getenv("HOME");
    return fs::path(home == nullptr ? "." : home) / ".config" / "goetia" / "login.json";
}

Result<std::optional<KeptLogin>> kept_login() {
    const fs::path file = login_file();
    if (std::error_code none; !fs::exists(file, none)) return std::optional<KeptLogin>();
    GOETIA_ASSIGN(const std::string text, read_file(file));
    GOETIA_ASSIGN(const Json json, parse_json(text, file.string()));
    if (!json.is_object() || json.value("url", "").empty() || json.value("token", "").empty()) {
        return invalid("'{}' is not what 'goetia login' writes; sign in again", file.string());
    }
    return std::optional(KeptLogin{
        .access = {.url = json.value("url", ""), .pin = json.value("pin", ""), .token = json.value("token", "")},
        .token_id = json.value("token_id", ""),
        .user = json.value("user", "")});
}

Status keep_login(const KeptLogin& login) {
    const fs::path file = login_file();
    GOETIA_TRY(make_folders(file.parent_path()));
    const Json json = {{"url", login.access.url},
                       {"pin", login.access.pin},
                       {"token", login.access.token},
                       {"token_id", login.token_id},
                       {"user", login.user}};
    const mode_t mask = ::umask(0077);
    Status written = write_file_atomic(file, json_text(json) + "\n");
    ::umask(mask);
    return written;
}

Status forget_login() {
    std::error_code fault;
    std::filesystem::remove(login_file(), fault);
    return fault ? Status(failed("cannot remove '{}': {}", login_file().string(), fault.message())) : Status();
}

Result<std::string> ask_line(const std::string& question, bool is_secret) {
    const bool is_terminal = ::isatty(STDIN_FILENO) == 1;
    if (is_terminal) std::fprintf(stderr, "%s: ", question.c_str());
    if (!is_secret || !is_terminal) return typed_line();
    const HiddenTyping hidden;
    return typed_line();
}

Result<std::string> ask_new_password() {
    GOETIA_ASSIGN(std::string password, ask_line("new password", true));
    if (::isatty(STDIN_FILENO) != 1) return password;
    GOETIA_ASSIGN(const std::string again, ask_line("once more", true));
    if (again != password) return invalid("the two passwords are not the same; nothing was changed");
    return password;
}

}  // namespace goetia::cli
