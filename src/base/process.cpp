#include "base/process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/memory_file.h"
#include "base/pipe.h"

namespace goetia {
namespace {

// Runs in the child between fork and exec: only async-signal-safe calls.
[[noreturn]] void become(const Command& command, char* const* words, char* const* environment, int in, int out, int err,
                         int report) {
    ::setpgid(0, 0);
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    if (command.folder.empty() || ::chdir(command.folder.c_str()) == 0) ::execvpe(words[0], words, environment);
    const int reason = errno;
    [[maybe_unused]] const ssize_t reported = ::write(report, &reason, sizeof reason);
    ::_exit(127);
}

void report_lines(const Command& command, const std::string& errors, std::size_t& reported) {
    if (!command.on_error_line) return;
    for (std::size_t end; (end = errors.find('\n', reported)) != std::string::npos; reported = end + 1) {
        command.on_error_line(errors.substr(reported, end - reported));
    }
}

// Reads both outputs to their end; false if the deadline passed first.
bool read_outputs(const Command& command, Pipe& out, Pipe& err, ProcessResult& result) {
    const double deadline = command.timeout_seconds > 0 ? steady_seconds() + command.timeout_seconds : 0;
    char buffer[65536];
    std::size_t reported = 0;
    while (out.read.valid() || err.read.valid()) {
        std::array<pollfd, 2> wait{{{out.read.get(), POLLIN, 0}, {err.read.get(), POLLIN, 0}}};
        const double rest = deadline > 0 ? deadline - steady_seconds() : 3600;
        if (rest <= 0) return false;
        if (::poll(wait.data(), wait.size(), static_cast<int>(rest * 1000) + 1) <= 0) continue;
        const auto drain = [&](const pollfd& ready, FileDescriptor& from, std::string& into) {
            if (!from.valid() || (ready.revents & (POLLIN | POLLHUP | POLLERR)) == 0) return;
            const ssize_t got = ::read(from.get(), buffer, sizeof buffer);
            if (got > 0) into.append(buffer, static_cast<std::size_t>(got));
            if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) from.reset();
        };
        drain(wait[0], out.read, result.output);
        drain(wait[1], err.read, result.errors);
        report_lines(command, result.errors, reported);
    }
    return true;
}

}  // namespace

std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        if (!added.contains(std::string(text.substr(0, text.find('='))))) all.emplace_back(text);
    }
    for (const auto& [name, value] : added) all.push_back(name + "=" + value);
    return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> list;
    for (std::string& text : texts) list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

Result<ProcessResult> run_process(const Command& command) {
    GOETIA_ASSIGN(FileDescriptor in, memory_file(command.input));  // not a pipe, which could kill us with SIGPIPE
    GOETIA_ASSIGN(Pipe out, make_pipe());
    GOETIA_ASSIGN(Pipe err, make_pipe());
    GOETIA_ASSIGN(Pipe report, make_pipe());
    std::vector<std::string> words = command.words;
    std::vector<std::string> environment = environment_with(command.environment);
    const std::vector<char*> word_list = pointers(words);
    const std::vector<char*> environment_list = pointers(environment);
    const pid_t child = ::fork();
    if (child < 0) return os_error("start", command.words[0], errno);
    if (child == 0) {
        become(command, word_list.data(), environment_list.data(), in.get(), out.write.get(), err.write.get(),
               report.write.get());
    }
    in.reset(), out.write.reset(), err.write.reset(), report.write.reset();
    int reason = 0;
    if (::read(report.read.get(), &reason, sizeof reason) == sizeof reason) {
        ::waitpid(child, nullptr, 0);
        return os_error("start", command.words[0], reason);
    }
    ProcessResult result;
    result.timed_out = !read_outputs(command, out, err, result);
    if (result.timed_out) ::kill(-child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

std::filesystem::path own_folder() {
    std::error_code code;
    return std::filesystem::read_symlink("/proc/self/exe", code).parent_path();
}

std::filesystem::path find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0 ? name : "";
    const char* path = std::getenv("PATH");
    std::string_view rest = path != nullptr ? path : "/usr/bin:/bin";
    while (!rest.empty()) {
        const std::size_t end = rest.find(':');
        const std::filesystem::path candidate = std::filesystem::path(rest.substr(0, end)) / name;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
        rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
    }
    return {};
}

}  // namespace goetia
