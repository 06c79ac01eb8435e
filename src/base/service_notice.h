// Tells the service manager that started this program that it is ready, that it still works, and that it ends:
// systemd's Type=notify and WatchdogSec=. Started by anything else it tells nobody.
#pragma once

#include <string>
#include <string_view>

namespace goetia {

class ServiceNotice {
  public:
    // From NOTIFY_SOCKET, and WATCHDOG_USEC with WATCHDOG_PID, as they are now.
    ServiceNotice();

    void ready(std::string_view status);  // what it is doing, for people
    void stopping();

    // Whether the manager should hear again that this program works: three times as often as it demands.
    [[nodiscard]] bool alive_is_due(double steady_now) const { return every_ > 0 && steady_now >= next_; }
    void alive(double steady_now);

  private:
    void send(const std::string& words) const;

    std::string socket_;
    double every_ = 0, next_ = 0;  // seconds
};

}  // namespace goetia
