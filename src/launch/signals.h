// Signals as a descriptor, given back to their old handling at the end. Of the calling thread: threads that it started
// before still take them.
#pragma once

#include <csignal>
#include <initializer_list>

#include "base/files.h"

namespace goetia {

class TakenSignals {
  public:
    explicit TakenSignals(std::initializer_list<int> numbers);
    ~TakenSignals();
    TakenSignals(const TakenSignals&) = delete;
    TakenSignals& operator=(const TakenSignals&) = delete;

    [[nodiscard]] int fd() const { return signals_.get(); }
    [[nodiscard]] int next() const;  // the number of one that came, or 0

  private:
    sigset_t before_{};
    FileDescriptor signals_;
};

}  // namespace goetia
