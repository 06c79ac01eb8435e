// What an event may do, and the documents that follow from a batch of them.
#include <algorithm>

#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/service/pool_keeper.h"
#include "protocol/object_signature.h"

namespace goetia {
namespace {

constexpr TaskId kTaskIdsAtOnce = 1000;
constexpr int kFirstRendezvousPort = 29400, kRendezvousPorts = 2000;

std::string node_host(const std::map<NodeId, KnownNode>& nodes, NodeId id) {
    const auto found = nodes.find(id);
    return found != nodes.end() && found->second.facts ? found->second.facts->value("host", "") : "";
}

std::vector<std::string> own_libtorch(const std::map<NodeId, KnownNode>& nodes, NodeId id) {
    const auto found = nodes.find(id);
    if (found == nodes.end() || !found->second.facts) return {};
    return found->second.facts->value("libtorch", std::vector<std::string>());
}

}  // namespace

PoolBatch::PoolBatch(PoolKeeper& keeper)
    : keeper_(keeper), epoch_(keeper.epoch_), now_(keeper.moment()), wall_(to_seconds(goetia::now())) {}

Decision PoolBatch::apply(const PoolEvent& event) {
    Decision decision = decide(keeper_.world_, event, now_);
    tasks_.insert(decision.tasks.begin(), decision.tasks.end());
    attempts_.insert(decision.attempts.begin(), decision.attempts.end());
    changed_nodes_.insert(decision.nodes.begin(), decision.nodes.end());
    desired_.insert(decision.desired.begin(), decision.desired.end());
    users_.insert(decision.users.begin(), decision.users.end());
    like_.insert(decision.like.begin(), decision.like.end());
    removed_.insert(decision.removed.begin(), decision.removed.end());
    keeper_.follow_moves(*this, decision);
    for (const Attempt& attempt : decision.ended) ended_.push_back(attempt);
    for (const NodeId id : decision.removed) keeper_.nodes_.erase(id);
    return decision;
}

// As its task is shown: the phase of the part that is least far.
void PoolKeeper::show_phase(PoolBatch& batch, const Attempt& attempt) {
    const auto task = world_.tasks.find(attempt.task);
    const auto facts = facts_.find(attempt.task);
    const bool is_shown = task != world_.tasks.end() && facts != facts_.end() && !task->second.noop &&
                          !superseded(attempt, task->second) && !attempt.parts.empty();
    if (!is_shown) return;
    const std::string_view word = phase_word(std::ranges::min_element(attempt.parts, {}, &AttemptPart::phase)->phase);
    if (word == facts->second.phase) return;
    facts->second.phase = word;
    batch.tasks_.insert(attempt.task);
}

// A part that was lost has ended, whatever its node said last.
void PoolKeeper::mark_phases(PoolBatch& batch, const Attempt& attempt) {
    AttemptMarks& marks = marks_[attempt.fence];
    show_phase(batch, attempt);
    for (const AttemptPart& part : attempt.parts) {
        const auto node = world_.nodes.find(part.node);
        const std::string name = node == world_.nodes.end() ? std::to_string(part.node) : node->second.name;
        const AttemptPhase phase = part.lost ? std::max(part.phase, AttemptPhase::kExited) : part.phase;
        const bool is_new = marks.add({.time = batch.wall_, .node = part.node, .name = name, .phase = phase});
        const auto facts = facts_.find(attempt.task);
        if (!is_new || facts == facts_.end()) continue;
        const std::string topic = "events/" + task_text_id(attempt.task);
        if (!monitor_.wants(topic)) continue;
        const Json event = event_of(marks, marks.all().size() - 1, attempt);
        batch.then([this, topic, id = event["id"].get<std::string>(), text = json_text(event),
                    owner = facts->second.owner](const Status& status) {
            if (status) monitor_.publish(topic, "upsert", id, text, owner);
        });
    }
}

void PoolKeeper::follow_moves(PoolBatch& batch, const Decision& decision) {
    for (const Attempt& attempt : decision.ended) mark_phases(batch, attempt);
    for (const Fence fence : decision.attempts) {
        const Attempt& attempt = world_.attempts.at(fence);
        mark_phases(batch, attempt);
        const auto facts = facts_.find(attempt.task);
        if (facts == facts_.end()) continue;
        std::vector<std::string> names;
        for (const AttemptPart& part : attempt.parts) {
            const auto node = world_.nodes.find(part.node);
            if (node != world_.nodes.end()) names.push_back(node->second.name);
        }
        if (names != facts->second.nodes) facts->second.nodes = std::move(names), batch.tasks_.insert(attempt.task);
    }
    for (const TaskMove& move : decision.moves) {
        const auto facts = facts_.find(move.task);
        if (facts == facts_.end()) continue;
        if (move.to == TaskState::kRunning && facts->second.started_at == 0) facts->second.started_at = batch.wall_;
        if (!info_of(move.to).finished) continue;
        facts->second.ends_at = 0;
        facts->second.phase.clear();
        facts->second.finished_at = batch.wall_;
        batch.audit("master", "task." + std::string(name_of(move.to)), task_text_id(move.task), move.reason);
    }
    for (const PoolTask& task : decision.finished) {
        const auto facts = facts_.find(task.id);
        if (facts == facts_.end()) continue;
        batch.finished_.emplace_back(task, std::move(facts->second));
        facts_.erase(facts);
    }
}

void PoolBatch::audit(const std::string& actor, const std::string& action, const std::string& subject,
                      const std::string& detail) {
    AuditRow row{.time = wall_, .actor = actor, .action = action, .subject = subject, .detail = detail};
    write([row = std::move(row)](StoreTransaction& transaction) { return transaction.audit(row); });
}

TaskId PoolBatch::draw_task() {
    const TaskId id = keeper_.next_task_++;
    if (id > keeper_.reserved_tasks_) {
        keeper_.reserved_tasks_ = id + kTaskIdsAtOnce;
        const SettingRow row{"task_ids", static_cast<std::int64_t>(keeper_.reserved_tasks_), ""};
        write([row](StoreTransaction& transaction) { return transaction.put(row); });
    }
    return id;
}

// Larger than every one of an earlier start, and exact in JSON.
std::uint64_t PoolBatch::draw_session() {
    return (static_cast<std::uint64_t>(keeper_.store_.generation()) << 24U) + ++keeper_.sessions_;
}

void PoolKeeper::collect_desired(PoolBatch& batch) {
    for (const NodeId id : batch.desired_) {
        const auto node = world_.nodes.find(id);
        const auto known = nodes_.find(id);
        if (node == world_.nodes.end() || known == nodes_.end() || !known->second.socket) continue;
        batch.then([socket = known->second.socket,
                    text = std::make_shared<const std::string>(desired_text(node->second))](const Status& status) {
            if (status && !socket->send(text)) socket->close(1013, "too slow");  // it connects again and is told anew
        });
    }
}

std::string PoolKeeper::desired_text(const PoolNode& node) {
    NodeDesired frame{.session = node.session, .generation = node.generation, .drain = node.drain};
    if (const auto known = nodes_.find(node.id); known != nodes_.end() && !known->second.update.sha256.empty()) {
        frame.update = known->second.update;
        frame.update.signature = object_signature(*options_.key, SignedKind::kAgent, frame.update.sha256);
    }
    std::string text = json_text(to_json(frame));
    std::string attempts;
    for (const WantedPart& part : wanted_on(world_, node)) {
        if (!attempts.empty()) attempts += ',';
        attempts += wanted_text(*part.attempt, *part.part);
    }
    const std::string_view empty = R"("attempts":[])";
    text.replace(text.find(empty), empty.size(), R"("attempts":[)" + attempts + "]");
    return text;
}

// A node's document is made anew with each change, but most of its attempts are as before.
const std::string& PoolKeeper::wanted_text(const Attempt& attempt, const AttemptPart& part) {
    WantedText& cached = wanted_[{attempt.fence, part.node}];
    if (!cached.text.empty() && cached.wish == attempt.wish && cached.wish_number == attempt.wish_number) {
        return cached.text;
    }
    WantedAttempt wanted;
    if (const auto facts = facts_.find(attempt.task); facts != facts_.end()) wanted = facts->second.wanted;
    const auto task = world_.tasks.find(attempt.task);
    wanted.fence = attempt.fence;
    wanted.task = task_text_id(attempt.task);
    wanted.attempt = attempt.number;
    wanted.wish = attempt.wish;
    wanted.wish_number = attempt.wish_number;
    wanted.noop = task != world_.tasks.end() && task->second.noop;
    if (attempt.resume) wanted.resume = WantedObject{attempt.resume->sha256, attempt.resume->bytes};
    if (task != world_.tasks.end() && !wanted.noop && wanted.runtime.sha256.empty() && options_.runtime_for) {
        if (auto bundle = options_.runtime_for(task->second.needs.libtorch, own_libtorch(nodes_, part.node)))
            wanted.runtime = *std::move(bundle);
    }
    const auto signed_as = [this](WantedObject& object, SignedKind kind) {
        if (!object.sha256.empty()) object.signature = object_signature(*options_.key, kind, object.sha256);
    };
    signed_as(wanted.package, SignedKind::kPackage);
    signed_as(wanted.runtime, SignedKind::kRuntime);
    if (task != world_.tasks.end() && wanted.limits.memory == 0) wanted.limits.memory = task->second.needs.memory;
    wanted.devices = part.gpus;
    wanted.cores = part.cores;
    wanted.ranks.first_rank = part.first_rank;
    wanted.ranks.ranks = part.ranks;
    wanted.ranks.world = 0;
    for (const AttemptPart& one : attempt.parts) wanted.ranks.world += one.ranks;
    if (attempt.parts.size() > 1) {
        const auto port = kFirstRendezvousPort + static_cast<int>(attempt.fence % kRendezvousPorts);
        wanted.ranks.rendezvous = node_host(nodes_, attempt.parts[0].node) + ":" + std::to_string(port);
    }
    if (wanted.ranks.world > 1) {
        wanted.ranks.secret = sha256_hex(options_.secret + ":" + std::to_string(attempt.fence));
    }
    cached = {attempt.wish, attempt.wish_number, json_text(to_json(wanted))};
    return cached.text;
}

}  // namespace goetia
