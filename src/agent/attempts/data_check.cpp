#include "agent/attempts/data_check.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/wait.h>

namespace goetia {

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
    const FileDescriptor log(::open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644));
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
        return invalid("data '{}' at '{}' is not the data of the task: its certificate is not {}", item.name,
                       item.path.native(), item.certificate);
    return failed("data '{}' at '{}' could not be compared with its certificate; see '{}'", item.name,
                  item.path.native(), log_.filename().native());
}

}  // namespace goetia
