// Notices that the machine goes away soon: rented machines announce it by a signal, or at an address that a command of
// the user's can ask ("curl -sf http://.../spot/termination-time").
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "launch/spawn.h"

namespace goetia {

struct LeaveOptions {
    std::vector<std::string> command;  // exit code 0: the machine goes away; empty: none
    double every = 5;                  // seconds
    double most = 20;                  // seconds that the command may take
    double notice = 30;                // seconds from the notice to the end
};

class LeaveNotice {
  public:
    explicit LeaveNotice(LeaveOptions options) : options_(std::move(options)) {}

    void announce(double now);  // it was said by a signal
    // Starts the command when it is time and looks whether it has ended; never blocks. An Error: it cannot be started.
    Status poll(double now);
    // When the machine is gone, by the same clock; empty while nothing was announced. A notice is never taken back.
    [[nodiscard]] std::optional<double> gone_at() const { return gone_at_; }

  private:
    LeaveOptions options_;
    std::optional<double> gone_at_;
    std::optional<Spawned> running_;
    double started_ = 0, next_ = 0;
};

}  // namespace goetia
