// Tickets for the stream: a browser cannot send a header with a WebSocket, so it asks for a ticket first and names it
// in the address. A ticket opens one socket within half a minute. Safe to call from several threads.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "net/route.h"

namespace goetia {

struct StreamTicket {
    Caller caller;
    HttpRequest request;  // with which it was asked for: its secret must still be valid
    double expires_at = 0;
};

class StreamTickets {
  public:
    static constexpr double kSeconds = 30;
    static constexpr std::size_t kMostOfOne = 100;  // of one caller at a time

    // The secret. kUnavailable when the caller has too many that were not used.
    Result<std::string> make(const Caller& caller, const HttpRequest& request, double now);
    // Once.
    std::optional<StreamTicket> take(const std::string& secret, double now);

  private:
    std::mutex mutex_;
    std::map<std::string, StreamTicket> tickets_;  // by the secret's hash
};

}  // namespace goetia
