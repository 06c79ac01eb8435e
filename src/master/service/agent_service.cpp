// The agents' side: sessions, and the files of attempts.
#include <algorithm>

#include "base/clock.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/experiments/artifact_records.h"
#include "master/service/master_service.h"
#include "master/service/shown_node.h"
#include "master/store/field_text.h"

namespace goetia {
namespace {

bool same_streams(const std::vector<StreamLength>& streams,
                  const std::function<Result<AppendAnswer>(const std::string&)>& here) {
    return std::all_of(streams.begin(), streams.end(), [&](const StreamLength& stream) {
        if (!stream.ended) return false;
        const Result<AppendAnswer> state = here(stream.name);
        return state && state->length == stream.bytes && (state->generation == stream.generation || stream.bytes == 0);
    });
}

// What the journal says of the experiment, for its list; `row` becomes what is stored.
Status put_progress(StoreTransaction& change, const std::string& id, const JournaledProgress& seen, double now,
                    ExperimentRow& row) {
    GOETIA_ASSIGN(std::vector<ExperimentRow> rows, rows_where<ExperimentRow>(change.sql(), " WHERE id = $1", {id}));
    if (rows.empty()) return {};  // it was deleted meanwhile
    if (!seen.state.empty()) rows[0].state = seen.state;
    rows[0].updated_at = now;
    rows[0].body = seen.facts.merged_into(rows[0].body);
    GOETIA_TRY(change.put(rows[0]));
    row = rows[0];
    ExperimentMetricsRow metrics{.experiment = id};
    for (const auto& [name, metric] : seen.metrics) {
        put_field(metrics.fields, name, metric.last);
        put_field(metrics.fields, name + ".best", metric.best);
        put_field(metrics.fields, name + ".step", static_cast<double>(metric.step));
    }
    return metrics.fields.empty() ? Status() : change.put(metrics);
}

constexpr int kSuspicious = 3;  // times, each within this many seconds of the one before
constexpr double kSecondsApart = 60;

// A connection that broke unseen is followed by one new one. Two machines with the same identity, a copied disk or a
// stolen secret, take each other's place again and again. Whether that is to be said now: once.
bool is_twice(KnownNode& node) {
    const double at = steady_seconds();
    node.displaced = at - node.displaced_at < kSecondsApart ? node.displaced + 1 : 1;
    node.displaced_at = at;
    return node.displaced == kSuspicious;
}

// The members of a listed experiment that change while it runs.
Json streamed_experiment(const ExperimentRow& row, const JournaledProgress& seen) {
    Json metrics = Json::object();
    for (const auto& [name, metric] : seen.metrics)
        metrics[name] = {{"last", metric.last}, {"best", metric.best}, {"step", metric.step}};
    return {{"id", row.id},
            {"experiment", row.id},
            {"name", row.name},
            {"state", row.state},
            {"task", row.task},
            {"owner", row.owner},
            {"created_at", row.created_at},
            {"updated_at", row.updated_at},
            {"metrics", metrics}};
}

}  // namespace

void MasterService::open_session(NodeId node, const std::shared_ptr<WebSocket>& socket) {
    const auto session = std::make_shared<std::atomic<std::uint64_t>>(0);
    socket->on_message = [this, node, session, weak = std::weak_ptr(socket)](const std::string& text) {
        if (const auto open = weak.lock()) take_status(node, session->load(), open, text);
    };
    socket->on_closed = [this, node, session] {
        keeper_->post([node, number = session->load()](PoolBatch& batch) {
            const auto known = batch.nodes().find(node);
            const auto live = batch.world().nodes.find(node);
            if (live == batch.world().nodes.end() || live->second.session != number) return;
            if (known != batch.nodes().end()) known->second.socket = nullptr;
            batch.apply(NodeDisconnected{node, number});
        });
    };
    const bool taken = keeper_->post([this, node, session, socket](PoolBatch& batch) {
        const std::uint64_t number = batch.draw_session();
        KnownNode& known = batch.nodes()[node];
        if (known.socket) {
            known.socket->close(1008, "this node has a newer connection");
            if (is_twice(known)) {
                const std::string sentence = fmt::format(
                    "node {} connects while it is connected, {} times: two machines seem to have its identity; remove "
                    "the node, and let each of them join with a token of its own",
                    node, kSuspicious);
                batch.audit("master", "node.twice", std::to_string(node), sentence);
                if (options_.log) options_.log(sentence);
            }
        }
        const Decision decision = batch.apply(NodeConnected{node, number});
        if (decision.refused) return socket->close(1008, decision.refused->message);
        known.socket = socket;
        session->store(number);
        batch.then([socket, greeting = json_text({{"session", number}})](const Status& status) {
            if (status) socket->send(greeting);
        });
    });
    if (!taken) socket->close(1013, "the master stops");
}

void MasterService::take_status(NodeId node, std::uint64_t session, const std::shared_ptr<WebSocket>& socket,
                                const std::string& text) {
    const Result<Json> json = parse_json(text, "the status");
    Result<NodeStatus> status = json ? node_status_from(*json) : Result<NodeStatus>(json.error());
    if (!status) {
        if (options_.log)
            options_.log("node " + std::to_string(node) + " sends what is not a status: " + to_string(status.error()));
        return socket->close(1008, status.error().message);
    }
    if (status->session != session) return;  // of an earlier connection
    const auto shared = std::make_shared<NodeStatus>(std::move(*status));
    keeper_->post([this, node, shared](PoolBatch& batch) {
        const auto live = batch.world().nodes.find(node);
        if (live == batch.world().nodes.end() || live->second.session != shared->session) return;
        KnownNode& known = batch.nodes()[node];
        if (shared->facts) {
            known.facts = std::make_shared<const Json>(to_json(*shared->facts));
            for (std::string& brought : bundle_->brings(*shared->facts))
                shared->facts->libtorch.push_back(std::move(brought));
        }
        if (shared->use) known.use = shared->use;
        known.heartbeats.heard(steady_seconds());
        batch.apply(NodeReported{node, *shared});
        for (const AttemptStatus& attempt : shared->attempts) {
            if (!attempt.exit) continue;
            const auto found = batch.world().attempts.find(attempt.fence);
            const AttemptPart* part = found == batch.world().attempts.end() ? nullptr : found->second.part_on(node);
            if (!part || part->done()) continue;
            pool_.submit([this, node, attempt] { look_for_end(node, attempt); });
        }
        if ((shared->facts || shared->use) && monitor_.wants("nodes")) {
            batch.then([this, node, shown = json_text(shown_node(batch, live->second))](const Status& done) {
                if (done) monitor_.publish("nodes", "upsert", std::to_string(node), shown, kEverybodys);
            });
        }
    });
}

// They connect again at once, and then say what they have; what they are brought follows from it.
void MasterService::renew_brought() {
    keeper_->post([this](PoolBatch& batch) {
        for (auto& [id, known] : batch.nodes()) {
            const auto facts = known.facts ? node_facts_from(*known.facts) : Result<NodeFacts>(failed("none"));
            if (known.socket && facts && !bundle_->brings(*facts).empty())
                known.socket->close(1012, "the master has a runtime for this node now");
        }
    });
}

// Everything of an attempt is here when every stream that its node has is here in full, and no object waits there.
void MasterService::look_for_end(NodeId node, const AttemptStatus& status) {
    const Result<std::filesystem::path> root = attempt_root(node, status.fence);
    if (!root) return;
    if (!root->empty()) {
        const bool whole =
            same_streams(status.streams, [&](const std::string& name) { return streams_.state(*root, name); });
        if (!whole) return;
        follow_journal(node, status.fence, *root, true);
        progress_.forget(status.fence);
        live_logs_.forget(status.fence);
    }
    keeper_->post([node, status](PoolBatch& batch) {
        batch.apply(StreamsWhole{node, status.fence});
        if (status.objects_waiting == 0) batch.apply(ObjectsWhole{node, status.fence});
    });
}

// kDenied: no such attempt of this node. An empty path: the attempt has no files.
Result<std::filesystem::path> MasterService::attempt_root(NodeId node, Fence fence,
                                                          std::optional<std::uint64_t> session) {
    return ask<std::filesystem::path>([this, node, fence, session](PoolBatch& batch) -> Result<std::filesystem::path> {
        const Error none = make_error(Code::kDenied, "this node has no attempt {}", fence);
        const auto found = batch.world().attempts.find(fence);
        if (found == batch.world().attempts.end() || !found->second.part_on(node)) return none;
        const auto live = batch.world().nodes.find(node);
        if (session && (live == batch.world().nodes.end() || live->second.session != *session)) return none;
        const auto task = batch.world().tasks.find(found->second.task);
        const auto facts = batch.facts().find(found->second.task);
        if (task == batch.world().tasks.end() || facts == batch.facts().end() ||
            superseded(found->second, task->second)) {
            return options_.data / "orphans" / std::to_string(fence);
        }
        if (facts->second.wanted.experiment.empty()) return std::filesystem::path();
        return experiment_folder(facts->second.wanted.experiment);
    });
}

Result<AppendAnswer> MasterService::append(NodeId node, const AppendRequest& request, std::string_view bytes) {
    const Result<std::filesystem::path> root = attempt_root(node, request.fence, request.session);
    if (!root || root->empty()) {
        if (!root && root.error().code != Code::kDenied) return root.error();
        return AppendAnswer{.outcome = AppendOutcome::kRefused};
    }
    GOETIA_TRY(make_folders(*root));
    GOETIA_ASSIGN(AppendAnswer answer, streams_.append({*root, request, bytes}));
    if (answer.outcome == AppendOutcome::kAppended) ++appends_, append_bytes_ += bytes.size();
    if (answer.outcome == AppendOutcome::kAppended && request.stream.ends_with(".journal") && !bytes.empty()) {
        pool_.submit([this, node, fence = request.fence, root = *root] { follow_journal(node, fence, root, false); });
    }
    if (answer.outcome == AppendOutcome::kAppended && request.stream.starts_with("logs/") && !bytes.empty()) {
        tell_of_log(request, *root, bytes);
    }
    return answer;
}

void MasterService::follow_journal(NodeId node, Fence fence, const std::filesystem::path& root, bool has_ended) {
    const auto seen = std::make_shared<const JournaledProgress>(progress_.read(fence, root));
    if (!has_ended && !progress_.is_due(fence)) return;
    const auto pace = std::make_shared<const Json>(seen->pace.to_json());
    keeper_->post([this, node, fence, seen, pace](PoolBatch& batch) {
        const auto found = batch.world().attempts.find(fence);
        if (found == batch.world().attempts.end() || !found->second.part_on(node)) return;
        batch.apply(StepSeen{fence, seen->step, seen->steps});
        batch.touch(found->second.task);
        const auto facts = batch.facts().find(found->second.task);
        if (facts == batch.facts().end()) return;
        facts->second.pace = pace;
        const auto row = std::make_shared<ExperimentRow>();
        batch.write([seen, row, id = facts->second.wanted.experiment, now = batch.wall()](StoreTransaction& change) {
            return put_progress(change, id, *seen, now, *row);
        });
        batch.then([this, seen, row](const Status& status) {
            if (!status || row->id.empty() || !monitor_.wants("experiments")) return;
            monitor_.publish("experiments", "upsert", row->id, json_text(streamed_experiment(*row, *seen)), row->owner);
        });
    });
}

Result<ObjectAnswer> MasterService::put_object(NodeId node, const ObjectChunk& chunk, std::string_view bytes) {
    const Result<std::filesystem::path> root = attempt_root(node, chunk.fence);
    if (!root || root->empty()) {
        if (!root && root.error().code != Code::kDenied) return root.error();
        return ObjectAnswer{.outcome = ObjectOutcome::kRefused};
    }
    GOETIA_ASSIGN(const ObjectAnswer answer, objects_.put("node" + std::to_string(node), chunk, bytes));
    if (answer.outcome == ObjectOutcome::kWhole && !chunk.path.empty()) {
        GOETIA_TRY(make_folders(*root));
        GOETIA_TRY(objects_.link(chunk.sha256, *root, chunk.path));
        GOETIA_TRY(put_artifact(chunk, *root));
        if (chunk.kind == ObjectKind::kCheckpoint) take_checkpoint(node, chunk, *root);
    }
    return answer;
}

// What an attempt of a superseded fence sends is no artifact of the experiment.
Status MasterService::put_artifact(const ObjectChunk& chunk, const std::filesystem::path& root) {
    const std::string experiment = root.filename().string();
    if (root != experiment_folder(experiment)) return {};
    return store_->write([&](StoreTransaction& change) -> Status {
        GOETIA_ASSIGN(const auto rows, rows_where<ExperimentRow>(change.sql(), " WHERE id = $1", {experiment}));
        if (rows.empty()) return {};  // it was deleted meanwhile
        return note_artifact(change, {.experiment = experiment,
                                      .path = chunk.path,
                                      .hash = chunk.sha256,
                                      .bytes = chunk.bytes,
                                      .kind = std::string(name_of(chunk.kind)),
                                      .created_at = to_seconds(goetia::now())});
    });
}

// Its step is what the journal says, which is here before the object is.
void MasterService::take_checkpoint(NodeId node, const ObjectChunk& chunk, const std::filesystem::path& root) {
    const JournaledProgress seen = progress_.read(chunk.fence, root);
    const auto named = seen.checkpoints.find(chunk.sha256);
    if (named == seen.checkpoints.end()) return;
    keeper_->post([node, fence = chunk.fence, checkpoint = HeldCheckpoint{chunk.sha256, chunk.bytes, named->second}](
                      PoolBatch& batch) { batch.apply(CheckpointArrived{node, fence, checkpoint}); });
}

Result<bool> MasterService::may_fetch(NodeId node, const std::string& sha256) {
    return ask<bool>([node, sha256, bundle = bundle_.get()](PoolBatch& batch) -> Result<bool> {
        const auto live = batch.world().nodes.find(node);
        if (live == batch.world().nodes.end()) return false;
        if (batch.nodes()[node].update.sha256 == sha256) return true;
        for (const WantedPart& part : wanted_on(batch.world(), live->second)) {
            if (part.attempt->resume && part.attempt->resume->sha256 == sha256) return true;
            const auto facts = batch.facts().find(part.attempt->task);
            if (facts == batch.facts().end()) continue;
            const WantedAttempt& wanted = facts->second.wanted;
            if (wanted.package.sha256 == sha256 || wanted.runtime.sha256 == sha256) return true;
            if (bundle->is_it(sha256)) return true;
            const auto is_it = [&](const WantedData& data) { return data.sha256 == sha256; };
            if (std::any_of(wanted.data.begin(), wanted.data.end(), is_it)) return true;
        }
        return false;
    });
}

Result<ObjectAnswer> MasterService::put_package(const Caller& caller, const ObjectChunk& chunk,
                                                std::string_view bytes) {
    return objects_.put("user" + caller.id, chunk, bytes);
}

}  // namespace goetia
