#include "sim/sim_master.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/sim_node.h"

namespace goetia {

SimMaster::SimMaster(SimContext& context) : context_(context) {
    for (int i = 1; i <= context.plan.nodes; ++i) {
        const auto id = static_cast<NodeId>(i);
        store_.nodes[id] = {.id = id, .name = "node" + std::to_string(i), .price = 1.0 * i};
    }
}

void SimMaster::start() {
    alive_ = true;
    ++run_;
    world_ = {};
    for (const auto& [id, task] : store_.tasks) {
        if (!info_of(task.state).finished) world_.tasks[id] = task;
    }
    world_.attempts = store_.attempts;
    world_.nodes = store_.nodes;
    world_.users = store_.users;
    world_.next_fence = context_.plant == Plant::kFenceNotStored ? 1 : store_.next_fence;
    if (context_.plant == Plant::kNoStartGrace) world_.policy.start_grace = 0;
    if (context_.plant == Plant::kStopForgotten) {
        for (auto& [id, task] : world_.tasks) task.intent = Intent::kRun;
        for (auto& [fence, attempt] : world_.attempts) attempt.asked = 0, attempt.wish = Wish::kRun;
    }
    rebuild(world_);
    started_ = context_.clock.now();
    handle(MasterStarted{});
    if (context_.plant == Plant::kNoStartGrace) {
        for (auto& [id, node] : world_.nodes) node.seen = 0;
    }
}

void SimMaster::crash() {
    if (!alive_) return;
    context_.note("the master dies");
    alive_ = false;
    ++run_;
    for (auto& [key, stream] : store_.streams) stream.generations.back().resize(stream.synced);
    for (const auto& node : context_.nodes) node->connection_broke(node->session());
    context_.clock.after(1 + static_cast<Moment>(context_.random.below(30 * kSecond)), [this, run = run_] {
        if (run == run_) start();
    });
}

bool SimMaster::crashes_here() {
    if (!context_.faulty || !alive_ || !context_.random.chance(context_.plan.faults.master_crash)) return false;
    crash();
    return true;
}

void SimMaster::once_a_second() {
    context_.clock.after(kSecond, [this] { once_a_second(); });
    if (!alive_ || context_.standing_still) return;
    handle(Ticked{});
    if (context_.clock.now() / kSecond % 10 != 0 || !alive_) return;
    for (const auto& [id, node] : world_.nodes) {
        if (node.connected) send_desired(id);
    }
}

void SimMaster::handle(PoolEvent event, const std::function<void(const Decision&)>& acknowledge) {
    if (!alive_ || crashes_here()) return;
    plant_before(event);
    std::map<TaskId, std::optional<HeldCheckpoint>> before;
    for (const auto& [id, task] : world_.tasks) before[id] = task.checkpoint;
    Decision decision = decide(world_, event, context_.clock.now());
    plant_after(event, decision);
    if (context_.trace) {
        for (const TaskMove& move : decision.moves)
            context_.note(
                fmt::format("task {} {} -> {} {}", move.task, name_of(move.from), name_of(move.to), move.reason));
    }
    const Plant plant = context_.plant;
    if (plant == Plant::kEffectsBeforeCommit) act(decision);
    if (plant == Plant::kAckBeforeCommit && acknowledge) acknowledge(decision);
    if (crashes_here()) return;
    commit(decision);
    judge(event, decision, before);
    if (crashes_here()) return;
    if (plant != Plant::kEffectsBeforeCommit) act(decision);
    if (crashes_here()) return;
    if (plant != Plant::kAckBeforeCommit && acknowledge) acknowledge(decision);
}

// Only what the decision names is stored: what it forgets to name is lost with the next crash.
void SimMaster::commit(const Decision& decision) {
    for (const TaskId id : decision.tasks) store_.tasks[id] = world_.tasks.at(id);
    for (const PoolTask& task : decision.finished) store_.tasks[task.id] = task;
    for (const Fence fence : decision.attempts) store_.attempts[fence] = world_.attempts.at(fence);
    for (const Attempt& attempt : decision.ended) store_.attempts.erase(attempt.fence);
    for (const NodeId id : decision.nodes) store_.nodes[id] = world_.nodes.at(id);
    for (const UserId id : decision.users) store_.users[id] = world_.users.at(id);
    store_.next_fence = std::max(store_.next_fence, world_.next_fence);
}

void SimMaster::act(const Decision& decision) {
    for (const NodeId node : decision.desired) send_desired(node);
}

void SimMaster::send_desired(NodeId id) {
    const PoolNode& node = world_.nodes.at(id);
    NodeDesired desired{.session = node.session, .generation = node.generation, .drain = node.drain};
    for (const WantedPart& one : wanted_on(world_, node)) {
        WantedAttempt wanted{.fence = one.attempt->fence,
                             .task = std::to_string(one.attempt->task),
                             .wish = one.attempt->wish,
                             .wish_number = one.attempt->wish_number,
                             .devices = one.part->gpus,
                             .cores = one.part->cores};
        if (one.attempt->resume) wanted.resume = WantedObject{one.attempt->resume->sha256, one.attempt->resume->step};
        if (one.attempt->task % 3 == 0) wanted.on_disconnect = OnDisconnect::kStop;
        const int ranks = one.part->ranks;
        wanted.ranks = {one.part->first_rank, ranks, ranks * static_cast<int>(one.attempt->parts.size()), "", ""};
        desired.attempts.push_back(std::move(wanted));
        const auto [told, is_new] = promises_.fences.emplace(one.attempt->fence, one.attempt->task);
        if (told->second != one.attempt->task)
            context_.violate(
                fmt::format("fence {} was of task {} and is of task {}", told->first, told->second, one.attempt->task));
    }
    context_.to_node(id, [desired](SimNode& to) { to.take(desired); });
}

void SimMaster::connect(NodeId node) {
    const std::uint64_t session = ++session_;
    handle(NodeConnected{node, session}, [this, node, session](const Decision& decision) {
        if (!decision.refused) context_.to_node(node, [session](SimNode& to) { to.welcome(session); });
    });
}

void SimMaster::connection_closed(NodeId node) {
    const auto found = world_.nodes.find(node);
    if (!alive_ || found == world_.nodes.end() || !found->second.connected) return;
    context_.clock.after(1 + static_cast<Moment>(context_.random.below(20 * kSecond)),
                         [this, node, session = found->second.session] {
                             if (!context_.standing_still) handle(NodeDisconnected{node, session});
                         });
}

void SimMaster::hear(NodeId node, const NodeStatus& status) {
    // A connection that the master has given up ends for the agent too.
    if (!world_.nodes.at(node).connected || world_.nodes.at(node).session != status.session)
        context_.to_node(node, [session = status.session](SimNode& to) { to.connection_broke(session); });
    handle(NodeReported{node, status});
}

bool SimMaster::authorised(NodeId node, Fence fence) const {
    const auto found = world_.attempts.find(fence);
    return found != world_.attempts.end() && !found->second.settled && found->second.part_on(node);
}

void SimMaster::append(NodeId node, const SimAppend& append) {
    if (!alive_ || crashes_here()) return;
    const auto answer = [this, node, append](const AppendAnswer& said) {
        context_.to_node(node, [append, said](SimNode& to) { to.take_answer(append.fence, append, said); });
    };
    if (!authorised(node, append.fence) || append.session != world_.nodes.at(node).session)
        return answer({.outcome = AppendOutcome::kRefused});
    SimStream& stream = store_.streams[{append.fence, node}];
    if (full_) return answer({.outcome = AppendOutcome::kFull});
    const AppendAnswer said = append_to(stream, append, context_.plant);
    judge_streams();
    if (crashes_here()) return;
    SimJournal& promised = promises_.appended[{append.fence, node}];
    if (said.outcome == AppendOutcome::kAppended) promised = stream.generations.back();
    for (const SimRecord& record : append.records) {
        if (record.checkpoint && store_.objects.contains({append.fence, record.step}))
            count_checkpoint(node, append.fence, record.step);
    }
    look_at_files(node, append.fence);
    if (alive_) answer(said);
}

bool SimMaster::holds_part(Fence fence, int step) const { return store_.parts_of_objects.contains({fence, step}); }

void SimMaster::receive_object(NodeId node, Fence fence, int step, bool rest) {
    if (!alive_ || crashes_here()) return;
    const auto answer = [this, node, fence, step](ObjectOutcome outcome) {
        context_.to_node(node,
                         [fence, step, outcome](SimNode& to) { to.take_object_answer(fence, step, {outcome, 0}); });
    };
    const bool superseded_too = context_.plant == Plant::kFenceUnchecked;
    if (!authorised(node, fence) && !superseded_too) return answer(ObjectOutcome::kRefused);
    if (full_) return answer(ObjectOutcome::kFull);
    store_.parts_of_objects.insert({fence, step});
    if (rest) store_.objects.insert({fence, step});
    if (crashes_here()) return;
    if (rest || context_.plant == Plant::kUnheldCheckpoint) count_checkpoint(node, fence, step);
    if (rest) look_at_files(node, fence);
    if (alive_) answer(rest ? ObjectOutcome::kWhole : ObjectOutcome::kPart);
}

// A checkpoint counts once it is whole and the journal is here up to the record that names it.
void SimMaster::count_checkpoint(NodeId node, Fence fence, int step) {
    const auto stream = store_.streams.find({fence, node});
    if (!alive_ || stream == store_.streams.end()) return;
    const bool named = std::ranges::any_of(stream->second.generations.back(), [step](const SimRecord& record) {
        return record.checkpoint && record.step == step;
    });
    if (named) handle(CheckpointArrived{node, fence, {sim_object(fence, step), 1, step}});
}

// Whether the journal is here to its end, and every object that it names.
void SimMaster::look_at_files(NodeId node, Fence fence) {
    const auto found = store_.streams.find({fence, node});
    if (!alive_ || found == store_.streams.end() || !found->second.ended || !authorised(node, fence)) return;
    const AttemptPart& part = *world_.attempts.at(fence).part_on(node);
    if (!part.streams_whole) handle(StreamsWhole{node, fence});
    const SimJournal& journal = found->second.generations.back();
    const bool all = std::ranges::all_of(journal, [&](const SimRecord& record) {
        return !record.checkpoint || store_.objects.contains({fence, record.step});
    });
    if (all && authorised(node, fence)) handle(ObjectsWhole{node, fence});
}

void SimMaster::submit(const SimTask& task) {
    TaskSubmitted event{task.task};
    handle(event, [this, id = task.task.id](const Decision& decision) {
        if (!decision.refused) promises_.submitted.insert(id);
    });
}

void SimMaster::control(TaskId id, TaskAction action) {
    const auto stored = store_.tasks.find(id);
    ControlAsked event{id, action, std::nullopt};
    if (stored != store_.tasks.end() && info_of(stored->second.state).finished) event.finished = stored->second;
    const bool ends = action == TaskAction::kStop || action == TaskAction::kCancel;
    if (!ends && event.finished && allowed(event.finished->state, action)) promises_.stopped.erase(id);
    handle(event, [this, id, ends](const Decision& decision) {
        if (!decision.refused && ends) promises_.stopped.insert(id);
    });
}

void SimMaster::restore_backup() {
    if (!backup_ || !alive_) return;
    context_.note("an older backup is restored");
    crash();
    store_ = *backup_;
    restored_ = true;
    known_losses_.clear();
    for (const auto& [fence, attempt] : store_.attempts) {
        for (const AttemptPart& part : attempt.parts) {
            if (part.lost) known_losses_.emplace(fence, part.node);
        }
    }
    promises_ = {};  // what was promised since is lost with the disk; what was before is looked at afresh
    for (const auto& [id, task] : store_.tasks) promises_.newest[id] = task.fence;
}

}  // namespace goetia
