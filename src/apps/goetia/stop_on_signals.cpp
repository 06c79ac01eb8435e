#include "apps/goetia/stop_on_signals.h"

#include <array>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace goetia::cli {

StopOnSignals::StopOnSignals() {
    sigset_t taken;
    ::sigemptyset(&taken);
    for (const int number : {SIGINT, SIGTERM}) ::sigaddset(&taken, number);
    ::pthread_sigmask(SIG_BLOCK, &taken, &before_);
    signals_ = FileDescriptor(::signalfd(-1, &taken, SFD_CLOEXEC));
    over_ = FileDescriptor(::eventfd(0, EFD_CLOEXEC));
    waiter_ = std::thread([this] { wait(); });
}

StopOnSignals::~StopOnSignals() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(over_.get(), &one, sizeof one);
    waiter_.join();
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void StopOnSignals::wait() {
    std::array<pollfd, 2> either{{{signals_.get(), POLLIN, 0}, {over_.get(), POLLIN, 0}}};
    for (;;) {
        if (::poll(either.data(), either.size(), -1) < 0) continue;
        if ((either[1].revents & POLLIN) != 0) return;
        signalfd_siginfo info{};
        if (::read(signals_.get(), &info, sizeof info) != sizeof info) continue;
        const int number = static_cast<int>(info.ssi_signo);
        if (signal_ != 0) ::_exit(128 + number);
        signal_ = number;
        token_.request_stop();
    }
}

Result<Outcome> stoppable(const std::function<Result<Outcome>(const StopToken& stop)>& work) {
    const StopOnSignals signals;
    Result<Outcome> outcome = work(signals.token());
    if (!outcome && outcome.error().code == Code::kCancelled && signals.terminated())
        return Outcome{.json = {{"dir", nullptr}, {"stopped", true}},
                       .text = "stopped; no partial output was left\n",
                       .exit_code = kTerminated};
    return outcome;
}

}  // namespace goetia::cli
