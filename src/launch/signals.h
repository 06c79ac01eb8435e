// Receives signals through a descriptor, and restores the old handling at the end. Applies to the calling thread:
// threads that it started before still receive them.
#pragma once

#include <csignal>
#include <initializer_list>

#include "base/files.h"

namespace goetia {

class SignalReceiver {
  public:
    explicit SignalReceiver(std::initializer_list<int> numbers);
    ~SignalReceiver();
    SignalReceiver(const SignalReceiver&) = delete;
    SignalReceiver& operator=(const SignalReceiver&) = delete;

    [[nodiscard]] int fd() const { return signals_.get(); }
    [[nodiscard]] int next() const;  // the number of a pending signal, or 0

  private:
    sigset_t before_{};
    FileDescriptor signals_;
};

}  // namespace goetia
