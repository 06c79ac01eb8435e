#include "master/service/stream_tickets.h"

#include <algorithm>

#include "base/hash.h"
#include "net/tls.h"

namespace goetia {

Result<std::string> StreamTickets::make(const Caller& caller, const HttpRequest& request, double now) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(tickets_, [&](const auto& ticket) { return ticket.second.expires_at <= now; });
    const auto held =
        std::ranges::count_if(tickets_, [&](const auto& ticket) { return ticket.second.caller.id == caller.id; });
    if (static_cast<std::size_t>(held) >= kMostOfOne) {
        return make_error(Code::kUnavailable, "{} tickets wait to be used; try again in {} s", held, kSeconds);
    }
    std::string secret = random_secret();
    StreamTicket& ticket = tickets_[sha256_hex(secret)];
    ticket.caller = caller;
    ticket.request.headers = request.headers;
    ticket.request.peer = request.peer;
    ticket.request.secure = request.secure;
    ticket.expires_at = now + kSeconds;
    return secret;
}

std::optional<StreamTicket> StreamTickets::take(const std::string& secret, double now) {
    const std::scoped_lock lock(mutex_);
    auto found = tickets_.extract(sha256_hex(secret));
    if (!found || found.mapped().expires_at <= now) return std::nullopt;
    return std::move(found.mapped());
}

}  // namespace goetia
