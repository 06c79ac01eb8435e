#include "agent/machine/leave_notice.h"

#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>

namespace goetia {

void LeaveNotice::announce(double now) {
    if (!gone_at_) gone_at_ = now + options_.notice;
}

Status LeaveNotice::poll(double now) {
    if (gone_at_ || options_.command.empty()) return {};
    if (running_) {
        int status = 0;
        if (now - started_ > options_.most) ::kill(-running_->pid, SIGKILL);
        if (::waitpid(running_->pid, &status, WNOHANG) != running_->pid) return {};
        running_.reset();
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) announce(now);
        return {};
    }
    if (now < next_) return {};
    next_ = now + options_.every;
    started_ = now;
    const FileDescriptor output(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    GOETIA_ASSIGN(
        Spawned spawned,
        spawn({.words = options_.command, .environment = {}, .folder = {}, .input = {}, .output = output.get()}));
    running_ = std::move(spawned);
    return {};
}

}  // namespace goetia
