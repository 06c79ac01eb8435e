// Nodes: shown, drained, removed; tokens, and how a machine becomes a node.
#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/service/master_service.h"
#include "master/service/shown_node.h"
#include "net/tls.h"
#include "protocol/names.h"

namespace goetia {
namespace {

Json shown_gpus(const PoolNode& node, const KnownNode& known) {
    Json gpus = Json::array();
    for (std::size_t i = 0; i < node.gpus.size(); ++i) {
        const PoolGpu& gpu = node.gpus[i];
        Json shown = {{"uuid", gpu.uuid},
                      {"name", gpu.name},
                      {"memory", gpu.memory},
                      {"fault", gpu.fault},
                      {"attempt", gpu.taken == 0 ? Json() : Json(gpu.taken)}};
        if (known.use && i < known.use->gpus.size()) {
            const GpuUse& use = known.use->gpus[i];
            shown["memory_used"] = use.memory;
            shown["utilisation"] = use.utilisation;
            shown["temperature"] = use.temperature;
            shown["power"] = use.power;
        }
        gpus.push_back(std::move(shown));
    }
    return gpus;
}

Json shown_heartbeats(const Heartbeats& heartbeats) {
    Json spans = Json::array();
    for (const std::optional<bool>& span : heartbeats.shown(steady_seconds()))
        spans.push_back(span ? Json(*span) : Json());
    return spans;
}

Result<const PoolNode*> node_in(const PoolBatch& batch, NodeId id) {
    const auto found = batch.world().nodes.find(id);
    if (found == batch.world().nodes.end()) return not_found("there is no node '{}'", id);
    return &found->second;
}

}  // namespace

Json shown_node(PoolBatch& batch, const PoolNode& node) {
    static const KnownNode kUnknown;
    const auto found = batch.nodes().find(node.id);
    const KnownNode& known = found == batch.nodes().end() ? kUnknown : found->second;
    Json tasks = Json::array();
    for (const Fence fence : node.fences) {
        const auto attempt = batch.world().attempts.find(fence);
        if (attempt != batch.world().attempts.end()) tasks.push_back(task_text_id(attempt->second.task));
    }
    Json shown = {{"id", std::to_string(node.id)},
                  {"name", node.name},
                  {"state", name_of(state_of(node, batch.world().policy, batch.now()))},
                  {"created_at", known.created_at},
                  {"seen", node.heard ? Json(static_cast<double>(batch.now() - node.seen) / kSecond) : Json()},
                  {"drain", node.drain || node.draining},
                  {"price", node.price},
                  {"cores", node.cores},
                  {"free_cores", node.free_cores()},
                  {"memory", node.memory},
                  {"gpus", shown_gpus(node, known)},
                  {"labels", node.all_labels()},
                  {"given_labels", node.given_labels},
                  {"libtorch", node.libtorch},
                  {"cuda", node.cuda},
                  {"driver", node.driver},
                  {"tasks", std::move(tasks)},
                  {"facts", known.facts ? *known.facts : Json()},
                  {"use", known.use ? to_json(*known.use) : Json()},
                  {"heartbeats", shown_heartbeats(known.heartbeats)}};
    return shown;
}

void MasterService::nodes(OnResult<std::vector<Json>> done) {
    post<std::vector<Json>>(std::move(done), [](PoolBatch& batch, const OnResult<std::vector<Json>>& answer) {
        std::vector<Json> shown;
        for (const auto& [id, node] : batch.world().nodes) shown.push_back(shown_node(batch, node));
        answer(std::move(shown));
    });
}

void MasterService::node(NodeId id, OnResult<Json> done) {
    post<Json>(std::move(done), [id](PoolBatch& batch, const OnResult<Json>& answer) {
        const Result<const PoolNode*> node = node_in(batch, id);
        node ? answer(shown_node(batch, **node)) : answer(node.error());
    });
}

void MasterService::figures(OnResult<MasterFigures> done) {
    post<MasterFigures>(std::move(done), [this](PoolBatch& batch, const OnResult<MasterFigures>& answer) {
        MasterFigures figures{
            .arrivals = {.appends = appends_, .append_bytes = append_bytes_, .points = progress_.points()},
            .stream = monitor_.counts()};
        PoolFigures& pool = figures.pool;
        for (const auto& [id, node] : batch.world().nodes) {
            ++pool.nodes[std::string(name_of(state_of(node, batch.world().policy, batch.now())))];
            for (const PoolGpu& gpu : node.gpus) ++pool.gpus, pool.gpus_taken += gpu.taken == 0 ? 0U : 1U;
        }
        pool.attempts = batch.world().attempts.size();
        pool.events = keeper_->events();
        pool.events_waiting = keeper_->waiting();
        answer(std::move(figures));
    });
}

void MasterService::drain(const Caller& caller, NodeId id, bool drain, OnResult<Json> done) {
    post<Json>(std::move(done), [this, caller, id, drain](PoolBatch& batch, const OnResult<Json>& answer) {
        const Decision decision = batch.apply(NodeDrainAsked{id, drain});
        if (decision.refused) return answer(*decision.refused);
        batch.audit(caller.name, drain ? "node.drain" : "node.undrain", std::to_string(id));
        const Json shown = shown_node(batch, *node_in(batch, id).value());
        batch.then([this, answer, shown](const Status& status) {
            if (!status) return answer(status.error());
            monitor_.publish("nodes", "upsert", shown["id"].get<std::string>(), json_text(shown), kEverybodys);
            answer(shown);
        });
    });
}

void MasterService::update_agent(const Caller& caller, NodeId id, const WantedObject& program, OnResult<Json> done) {
    post<Json>(std::move(done), [caller, id, program](PoolBatch& batch, const OnResult<Json>& answer) {
        const Result<const PoolNode*> node = node_in(batch, id);
        if (!node) return answer(node.error());
        const KnownNode& known = batch.nodes()[id];
        const bool is_it = known.facts && known.facts->value("agent_sha256", "") == program.sha256;
        if (!is_it) {
            batch.nodes()[id].update = program;
            batch.renew(id);
            batch.audit(caller.name, "node.update", std::to_string(id), program.sha256);
        }
        batch.then([answer, id, is_it, program](const Status& status) {
            if (!status) return answer(status.error());
            answer(Json{{"id", std::to_string(id)}, {"sha256", program.sha256}, {"is_current", is_it}});
        });
    });
}

void MasterService::remove(const Caller& caller, NodeId id, OnResult<Json> done) {
    post<Json>(std::move(done), [this, caller, id](PoolBatch& batch, const OnResult<Json>& answer) {
        const auto known = batch.nodes().find(id);
        const std::shared_ptr<WebSocket> socket = known == batch.nodes().end() ? nullptr : known->second.socket;
        const Decision decision = batch.apply(NodeRemoved{id});
        if (decision.refused) return answer(*decision.refused);
        const std::string text = std::to_string(id);
        batch.audit(caller.name, "node.revoke", text);
        batch.write([text, now = batch.wall()](StoreTransaction& change) {
            return change.sql().run("UPDATE node_secrets SET revoked_at = $1 WHERE node = $2", {now, text});
        });
        if (socket) socket->close(1008, "this node was removed from the pool");
        credentials_.revoke_all_of(text, "node");  // at once; a failed commit leaves it to be removed again
        batch.then([this, answer, text](const Status& status) {
            if (!status) return answer(status.error());
            monitor_.publish("nodes", "delete", text, "null", kEverybodys);
            answer(Json{{"id", text}, {"revoked", true}});
        });
    });
}

void MasterService::create_token(const Caller& caller, const std::string& name, double seconds,
                                 OnResult<NodeToken> done) {
    if (!is_plain_text(name)) return done(invalid("the name of a token has control characters"));
    post<NodeToken>(
        std::move(done), [this, caller, name, seconds](PoolBatch& batch, const OnResult<NodeToken>& answer) {
            const NodeToken token{
                .id = random_secret().substr(0, 12), .token = random_secret(), .expires_at = batch.wall() + seconds};
            TokenRow row{.hash = sha256_hex(token.token),
                         .id = token.id,
                         .kind = "join",
                         .owner = caller.id,
                         .name = name,
                         .created_at = batch.wall(),
                         .expires_at = token.expires_at};
            batch.write([row = std::move(row)](StoreTransaction& change) { return change.put(row); });
            batch.audit(caller.name, "node.token", token.id, name);
            batch.then([this, answer, token](const Status& status) {
                if (!status) return answer(status.error());
                join_tokens_.add(sha256_hex(token.token), token.expires_at);
                answer(token);
            });
        });
}

// The token is used up in the transaction that makes the node, so that of many uses at once one succeeds.
void MasterService::enrol(const std::string& token, const std::string& name, OnResult<EnrolledNode> done) {
    if (!is_identifier(name)) {
        return done(invalid("'{}' is not a name for a node: letters, digits, '.', '_' and '-', at most 128", name));
    }
    post<EnrolledNode>(std::move(done), [this, token, name](PoolBatch& batch, const OnResult<EnrolledNode>& answer) {
        const std::string hash = sha256_hex(token);
        if (!join_tokens_.take(hash, batch.wall())) {
            return answer(make_error(Code::kDenied,
                                     "the token is not known, was used, or has expired; make another with 'goetia node "
                                     "token create'"));
        }
        const NodeId id = batch.draw_node();
        const std::string secret = random_secret();
        batch.write([hash, now = batch.wall(), id](StoreTransaction& change) -> Status {
            GOETIA_TRY(change.sql().run("UPDATE tokens SET used_at = $1 WHERE hash = $2", {now, hash}));
            return change.put(SettingRow{"node_ids", static_cast<std::int64_t>(id) + 1, ""});
        });
        const NodeSecretRow row{sha256_hex(std::to_string(id) + "." + secret), std::to_string(id), batch.wall(), 0};
        batch.write([row](StoreTransaction& change) { return change.put(row); });
        batch.apply(NodeAdded{{.id = id, .name = name}});
        batch.nodes()[id].created_at = batch.wall();
        batch.audit("token", "node.enrol", std::to_string(id), name);
        batch.then([this, answer, id, secret, row, hash](const Status& status) {
            if (!status) return join_tokens_.give_back(hash), answer(status.error());
            credentials_.add(row.hash, {.id = row.node, .name = "node " + row.node, .role = "node"});
            answer(EnrolledNode{std::to_string(id), secret, key_->public_key()});
        });
    });
}

}  // namespace goetia
