// The stream's side of the service: who reads it, and what is told from the files of attempts.
#include "base/clock.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/service/master_service.h"

namespace goetia {
namespace {

constexpr std::string_view kStreamPath = "/ws/monitor";
constexpr std::string_view kTicketField = "ticket=";

// The secret of "?ticket=SECRET", which is all that a browser's WebSocket can send.
std::optional<std::string> ticket_in(const HttpRequest& request) {
    if (request.path() != kStreamPath || !request.query().starts_with(kTicketField)) return std::nullopt;
    return percent_decoded(request.query().substr(kTicketField.size()), true);
}

std::optional<std::string> text_of(const ListValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text ? std::optional(*text) : std::nullopt;
}

}  // namespace

Admission MasterService::admit(const HttpRequest& request, const Permission& permission) {
    const std::optional<std::string> secret = ticket_in(request);
    if (!secret) return credentials_.admit(request, permission);
    std::optional<StreamTicket> ticket = tickets_.take(*secret, steady_seconds());
    if (!ticket)
        return {.status = 401, .sentence = "the ticket is not known, was used, or has expired; ask for another"};
    return credentials_.admit(ticket->request, permission);
}

std::string MasterService::owner_of_experiment(const std::string& id) const {
    return text_of(store_->experiments().value(id, "owner")).value_or("");
}

std::optional<std::string> MasterService::owner_of_topic(std::string_view topic) const {
    const std::string id(topic.substr(topic.find('/') + 1));
    return text_of((topic.starts_with("metrics/") ? store_->experiments() : store_->tasks()).value(id, "owner"));
}

void MasterService::tell_of_log(const AppendRequest& request, const std::filesystem::path& root,
                                std::string_view bytes) {
    const std::string experiment = root.filename().string();
    const std::optional<std::string> task = text_of(store_->experiments().value(experiment, "task"));
    if (!task || !monitor_.wants("log/" + *task)) return;
    for (const LogPiece& piece : live_logs_.add(request.fence, request.stream, request.offset, bytes)) {
        const Json value = {{"stream", request.stream}, {"offset", piece.offset}, {"text", piece.text}};
        monitor_.publish("log/" + *task, "upsert", *task, json_text(value), owner_of_experiment(experiment));
    }
}

}  // namespace goetia
