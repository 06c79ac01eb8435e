// Follows rank 0's journal for an observer while it grows.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "launch/running_attempt.h"

namespace goetia {

class JournalTail {
  public:
    // Without an observer the journal is not followed.
    JournalTail(std::filesystem::path file, LaunchObserver* observer);

    Status follow();                                   // reports what is there now, then a tick
    [[nodiscard]] std::optional<double> next() const;  // when to call follow() again, by steady_seconds()

  private:
    std::filesystem::path file_;
    LaunchObserver* observer_;
    std::unique_ptr<JournalReader> reader_;
    double next_ = 0;
};

}  // namespace goetia
