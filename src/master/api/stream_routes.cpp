// Changes as they happen, and the tickets with which pages open the stream. docs/reference/stream.md describes it.
#include "base/clock.h"
#include "base/json.h"
#include "master/api/permissions.h"
#include "master/api/routes.h"
#include "net/problem.h"

namespace goetia {
namespace {

constexpr std::uint64_t kLongestSubscription = 64 * 1024;

}  // namespace

std::vector<Route> stream_routes(MasterService& service) {
    std::vector<Route> routes;
    routes.push_back(Route("POST", "/api/stream/ticket", kReadTasks,
                           "Makes a ticket with which a page opens /ws/monitor once, as it can send no header with it")
                         .answers(201, Schema("StreamTicket", "For one socket")
                                           .with(text("ticket", "Name it in the address: /ws/monitor?ticket=TICKET"))
                                           .with(number("seconds", "How long it is valid")))
                         .does([&service](const RouteCall& call, const RouteAnswer& answer) {
                             const Result<std::string> made =
                                 service.tickets().make(call.caller, call.request, steady_seconds());
                             if (!made) return answer(made.error());
                             answer(json_response({{"ticket", *made}, {"seconds", StreamTickets::kSeconds}}, 201));
                         }));
    routes.push_back(
        Route("GET", "/ws/monitor", kReadTasks,
              "Every change as it happens: say {\"topics\": [\"tasks\", \"nodes\"], \"after\": seq}")
            .in_query(text("ticket", "Of POST /api/stream/ticket, for who can send no header").fallback(""))
            .opens(
                [&service](const RouteCall& call, const std::shared_ptr<WebSocket>& socket) {
                    service.monitor().open(socket, call.caller);
                },
                kLongestSubscription));
    return routes;
}

}  // namespace goetia
