#include "launch/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

namespace goetia {

SignalReceiver::SignalReceiver(std::initializer_list<int> numbers) {
    sigset_t taken;
    ::sigemptyset(&taken);
    for (const int number : numbers) ::sigaddset(&taken, number);
    ::pthread_sigmask(SIG_BLOCK, &taken, &before_);
    signals_ = FileDescriptor(::signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK));
}

SignalReceiver::~SignalReceiver() {
    while (next() != 0) {
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

int SignalReceiver::next() const {
    signalfd_siginfo info{};
    return ::read(signals_.get(), &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
}

}  // namespace goetia
