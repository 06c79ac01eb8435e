// What administrators change of nodes, and the tokens with which machines join: listed, and revoked before they are
// used.
#include <map>

#include "base/clock.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/service/master_service.h"
#include "master/service/shown_node.h"
#include "protocol/names.h"

namespace goetia {
namespace {

constexpr std::size_t kMostLabels = 64, kLongestLabel = 200;

Fault wrong_label(const std::string& label) {
    return {.path = "labels",
            .message = "has what is not a label",
            .found = label,
            .allowed = "texts KEY=VALUE such as rack=3, each of one line and at most 200 bytes"};
}

bool is_label(const std::string& label) {
    const std::size_t equals = label.find('=');
    return equals != 0 && equals != std::string::npos && label.size() <= kLongestLabel && is_plain_text(label) &&
           label.find_first_of("\r\n\t") == std::string::npos;
}

Status check_change(const NodeChange& change) {
    Error wrong{Code::kInvalid, "the node cannot be changed like this", {}};
    if (change.name && !is_identifier(*change.name))
        wrong.faults.push_back({.path = "name",
                                .message = "is not a name for a node",
                                .found = *change.name,
                                .allowed = "letters, digits, '.', '_' and '-', at most 128"});
    if (change.labels && change.labels->size() > kMostLabels)
        wrong.faults.push_back({.path = "labels",
                                .message = "are too many",
                                .found = std::to_string(change.labels->size()),
                                .allowed = "at most " + std::to_string(kMostLabels)});
    for (const std::string& label : change.labels.value_or(std::set<std::string>())) {
        if (!is_label(label)) wrong.faults.push_back(wrong_label(label));
    }
    return wrong.faults.empty() ? Status() : Status(std::move(wrong));
}

std::string change_text(const NodeChange& change) {
    Json told = Json::object();
    if (change.name) told["name"] = *change.name;
    if (change.labels) told["labels"] = *change.labels;
    if (change.price) told["price"] = *change.price;
    return json_text(told);
}

std::string_view token_state(const TokenRow& row, double now) {
    if (row.used_at > 0) return "used";
    if (row.revoked_at > 0) return "revoked";
    return row.expires_at <= now ? "expired" : "open";
}

Json time_or_null(double time) { return time > 0 ? Json(time) : Json(); }

Json shown_token(const TokenRow& row, const std::map<std::string, std::string>& users, double now) {
    const auto owner = users.find(row.owner);
    return {{"id", row.id},
            {"name", row.name},
            {"state", token_state(row, now)},
            {"created_at", row.created_at},
            {"expires_at", row.expires_at},
            {"used_at", time_or_null(row.used_at)},
            {"revoked_at", time_or_null(row.revoked_at)},
            {"uses", row.used_at > 0 ? 1 : 0},
            {"owner", row.owner},
            {"owner_name", owner == users.end() ? "" : owner->second}};
}

}  // namespace

void MasterService::change_node(const Caller& caller, NodeId id, const NodeChange& change, OnResult<Json> done) {
    if (Status checked = check_change(change); !checked) return done(std::move(checked).error());
    post<Json>(std::move(done), [this, caller, id, change](PoolBatch& batch, const OnResult<Json>& answer) {
        const Decision decision = batch.apply(
            NodeChangeAsked{.node = id, .name = change.name, .labels = change.labels, .price = change.price});
        if (decision.refused) return answer(*decision.refused);
        batch.audit(caller.name, "node.change", std::to_string(id), change_text(change));
        const Json shown = shown_node(batch, batch.world().nodes.at(id));
        batch.then([answer, shown](const Status& status) { status ? answer(shown) : answer(status.error()); });
    });
}

Result<std::vector<Json>> MasterService::node_tokens() {
    const double now = to_seconds(goetia::now());
    std::vector<Json> all;
    GOETIA_TRY(store_->read([&](SqlConnection& database) -> Status {
        all.clear();
        std::map<std::string, std::string> users{{"1", "local"}};  // whoever is at the master's machine
        GOETIA_TRY(each_row<UserRow>(database, "", {}, [&](const UserRow& row) { users[row.id] = row.name; }));
        return each_row<TokenRow>(database, " WHERE kind = 'join'", {},
                                  [&](const TokenRow& row) { all.push_back(shown_token(row, users, now)); });
    }));
    return all;
}

void MasterService::revoke_token(const Caller& caller, const std::string& id, OnResult<Json> done) {
    post<Json>(std::move(done), [this, caller, id](PoolBatch& batch, const OnResult<Json>& answer) {
        std::vector<TokenRow> rows;
        const Status read = store_->read([&](SqlConnection& database) -> Status {
            GOETIA_ASSIGN(rows, rows_where<TokenRow>(database, " WHERE id = $1 AND kind = 'join'", {id}));
            return {};
        });
        if (!read) return answer(read.error());
        if (rows.empty()) return answer(not_found("there is no token '{}'", id));
        const TokenRow& row = rows[0];
        const bool was_open = join_tokens_.remove(row.hash);
        // One that is used at this moment is gone from memory, but not yet from the store.
        if (!was_open && row.revoked_at == 0 && row.expires_at > batch.wall())
            return answer(make_error(Code::kWrongState, "token '{}' was used; remove the node that came of it", id));
        batch.write([id, now = batch.wall()](StoreTransaction& change) {
            return change.sql().run("UPDATE tokens SET revoked_at = $1 WHERE id = $2 AND revoked_at = 0", {now, id});
        });
        batch.audit(caller.name, "node.token.revoke", id, row.name);
        batch.then([this, answer, id, was_open, row](const Status& status) {
            if (!status && was_open) join_tokens_.add(row.hash, row.expires_at);
            if (!status) return answer(status.error());
            answer(Json{{"id", id}, {"revoked", true}});
        });
    });
}

}  // namespace goetia
