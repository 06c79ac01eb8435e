#include "agent/attempts/data_check.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sstream>
#include <sys/wait.h>

#include "base/files.h"

namespace goetia {

namespace {

// What 'goetia dataset certify' printed of the data that are there, one line for each split and one for the whole.
std::string found_in(const std::filesystem::path& log) {
    constexpr std::size_t kMostFound = 2000;
    const auto text = read_file(log);
    if (!text) return "nothing";
    std::string found;
    std::istringstream lines(text->substr(text->size() - std::min(text->size(), kMostFound)));
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("not certified")) continue;
        std::erase(line, '\r');
        found += (found.empty() ? "" : "; ") + line;
    }
    return found.empty() ? "nothing" : found;
}

}  // namespace

std::optional<Status> DataCheck::advance() {
    while (at_ < items_.size()) {
        const Item& item = items_[at_];
        if (!running_) {
            if (Status started = start(item); !started) return started;
        }
        int status = 0;
        if (::waitpid(running_->pid, &status, WNOHANG) != running_->pid) return std::nullopt;
        running_.reset();
        if (Status result = result_of(item, status); !result) return result;
        ++at_;
    }
    return Status();
}

Status DataCheck::start(const Item& item) {
    const FileDescriptor log(::open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!log.valid()) return os_error("write", log_.native(), errno);
    std::vector<std::string> words = before_;
    words.insert(words.end(), {goetia_, "dataset", "certify", item.path, "--check", item.certificate});
    GOETIA_ASSIGN(
        Spawned spawned,
        spawn({.words = std::move(words), .environment = {}, .folder = {}, .input = {}, .output = log.get()}));
    running_ = std::move(spawned);
    return {};
}

Status DataCheck::result_of(const Item& item, int status) const {
    constexpr int kDiffers = 8;  // docs/reference/exit-codes.md
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    if (WIFEXITED(status) && WEXITSTATUS(status) == kDiffers)
        return invalid("data '{}' at '{}' is not the data of the task, whose certificate is {}; found {}", item.name,
                       item.path.native(), item.certificate, found_in(log_));
    return failed("data '{}' at '{}' could not be compared with its certificate; see '{}'", item.name,
                  item.path.native(), log_.filename().native());
}

}  // namespace goetia
