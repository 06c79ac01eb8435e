#include "base/service_notice.h"

#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/files.h"

namespace goetia {
namespace {

std::string environment_text(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

}  // namespace

ServiceNotice::ServiceNotice() : socket_(environment_text("NOTIFY_SOCKET")) {
    const std::string owner = environment_text("WATCHDOG_PID");
    if (!owner.empty() && owner != std::to_string(::getpid())) return;
    every_ = static_cast<double>(std::strtoull(environment_text("WATCHDOG_USEC").c_str(), nullptr, 10)) / 1e6 / 3;
}

void ServiceNotice::ready(std::string_view status) { send("READY=1\nSTATUS=" + std::string(status)); }

void ServiceNotice::stopping() { send("STOPPING=1"); }

void ServiceNotice::alive(double steady_now) {
    next_ = steady_now + every_;
    send("WATCHDOG=1");
}

// A datagram to a socket in the file system, or, with a leading '@', to an abstract one. Nothing depends on its
// arrival.
void ServiceNotice::send(const std::string& words) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const bool is_address = !socket_.empty() && (socket_[0] == '/' || socket_[0] == '@');
    if (!is_address || socket_.size() >= sizeof address.sun_path) return;
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    if (socket_[0] == '@') address.sun_path[0] = '\0';
    const FileDescriptor sender(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    static_cast<void>(::sendto(sender.get(), words.data(), words.size(), MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(&address), length));
}

}  // namespace goetia
