#include "sim/sim_node.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/sim_master.h"

namespace goetia {
namespace {

constexpr int kSecondsWithoutGang = 5;
constexpr std::size_t kLongestAppend = 8;  // records

const SimTask& sim_task(const SimContext& context, const WantedAttempt& wanted) {
    return context.plan.tasks[static_cast<std::size_t>(std::stoi(wanted.task)) - 1];
}

Moment drawn(SimContext& context, Moment longest) {
    return 1 + static_cast<Moment>(context.random.below(static_cast<std::uint64_t>(longest)));
}

}  // namespace

void SimNode::begin() {
    agent_alive_ = true;
    once_a_second();
}

void SimNode::once_a_second() {
    const std::uint64_t boot = boot_;
    context_.clock.after(kSecond, [this, boot] {
        if (boot == boot_) once_a_second();
    });
    for (auto& [fence, folder] : folders_) {
        if (folder.alive) train(folder);
    }
    if (!agent_alive_) return;
    act();
    if (session_ == 0) {
        if (context_.clock.now() - asked_ < 3 * kSecond) return;
        asked_ = context_.clock.now();
        context_.to_master(id_, [id = id_](SimMaster& master) { master.connect(id); });
        return;
    }
    for (auto& [fence, folder] : folders_) replicate(folder);
    if (context_.clock.now() / kSecond % 10 == static_cast<Moment>(id_)) report();
}

void SimNode::welcome(std::uint64_t session) {
    if (!agent_alive_ || session <= session_) return;
    session_ = session;
    number_ = 0;
    desired_.reset();
    contact_ = context_.clock.now();
    for (auto& [fence, folder] : folders_) forget_copies(folder);  // the master may have been restored from a backup
    report();
}

void SimNode::report() {
    if (session_ == 0 || !agent_alive_) return;
    NodeStatus status{.session = session_,
                      .number = ++number_,
                      .generation = desired_ ? desired_->generation : 0,
                      .leaving = leaving_};
    if (number_ == 1 || context_.random.chance(0.1)) {
        NodeFacts facts{.host = "h", .cores = context_.plan.cores, .memory = 1LL << 34};
        for (int i = 0; i < context_.plan.gpus; ++i)
            facts.gpus.push_back({"GPU", fmt::format("G{}-{}", id_, i), 1LL << 34, ""});
        status.facts = std::move(facts);
    }
    for (const auto& [fence, folder] : folders_) {
        AttemptStatus one{.fence = fence,
                          .task = folder.wanted.task,
                          .phase = folder.phase,
                          .wish = folder.wanted.wish,
                          .wish_number = folder.wanted.wish_number};
        if (folder.phase >= AttemptPhase::kExited) one.exit = folder.exit;
        status.attempts.push_back(std::move(one));
    }
    context_.to_master(id_, [id = id_, status](SimMaster& master) { master.hear(id, status); });
}

void SimNode::later(Moment delay, Fence fence, std::function<void(SimFolder&)> what) {
    context_.clock.after(delay, [this, boot = boot_, fence, what = std::move(what)] {
        const auto found = folders_.find(fence);
        if (boot == boot_ && found != folders_.end()) what(found->second);
    });
}

void SimNode::take(const NodeDesired& desired) {
    const auto known = desired_ ? std::optional(desired_->generation) : std::nullopt;
    if (!agent_alive_ || session_ == 0 || !is_newer(desired, session_, known)) return;
    desired_ = desired;
    contact_ = context_.clock.now();
    act();
    report();
}

void SimNode::connection_broke(std::uint64_t session) {
    if (session != session_) return;
    session_ = 0;
    desired_.reset();
}

NodeView SimNode::view() const {
    NodeView view{.desired = desired_, .leaving = leaving_};
    view.since_contact = static_cast<double>(context_.clock.now() - contact_) / kSecond;
    for (const auto& [fence, folder] : folders_) {
        const bool forgets =
            context_.plant == Plant::kStartAfterStop && folder.wanted.wish == Wish::kStop && !folder.alive;
        view.attempts.push_back({.fence = fence,
                                 .wish = forgets ? Wish::kRun : folder.wanted.wish,
                                 .wish_number = folder.wanted.wish_number,
                                 .wish_done = folder.wish_done,
                                 .on_disconnect = folder.wanted.on_disconnect,
                                 .devices = folder.wanted.devices,
                                 .fetching = folder.busy,
                                 .fetched = folder.fetched,
                                 .checked = folder.checked,
                                 .has_processes = folder.alive,
                                 .stop_sent = folder.stop_sent,
                                 .exited = folder.exit.has_value()});
    }
    return view;
}

void SimNode::act() {
    if (!agent_alive_) return;
    bool accepted = false;
    for (const NodeAction& action : reconcile(view(), static_cast<double>(context_.clock.now()) / kSecond)) {
        accepted = accepted || action.kind == NodeActionKind::kAccept;
        carry_out(action);
    }
    if (accepted) act();
}

void SimNode::carry_out(const NodeAction& action) {
    if (action.kind == NodeActionKind::kAccept) {
        folders_[action.fence].wanted = *action.wanted;
        return;
    }
    SimFolder& folder = folders_.at(action.fence);
    if (folder.ending) return;
    switch (action.kind) {
        case NodeActionKind::kNoteWish:
            folder.wanted.wish = action.wanted->wish;
            folder.wanted.wish_number = action.wanted->wish_number;
            return;
        case NodeActionKind::kFetch: return prepare(folder, AttemptPhase::kFetching, &SimFolder::fetched);
        case NodeActionKind::kCheck: return prepare(folder, AttemptPhase::kChecking, &SimFolder::checked);
        case NodeActionKind::kStart: return start(folder);
        case NodeActionKind::kEnd: return end(folder, {.kind = ExitKind::kOk, .stopped = true});
        case NodeActionKind::kKill: return kill(folder);
        case NodeActionKind::kPurge: return purge(folder);
        default: return ask_run(folder, action);
    }
}

void SimNode::ask_run(SimFolder& folder, const NodeAction& action) {
    folder.wish_done = action.wish_number;
    if (action.kind == NodeActionKind::kCheckpoint) return write(folder, true, false);
    if (action.kind != NodeActionKind::kStop) {
        folder.paused = action.kind == NodeActionKind::kPause;
        folder.phase = folder.paused ? AttemptPhase::kPaused : AttemptPhase::kRunning;
        return;
    }
    folder.stop_sent = true;
    folder.phase = AttemptPhase::kStopping;
    later(drawn(context_, 5 * kSecond), folder.wanted.fence, [this](SimFolder& stopping) {
        if (!stopping.alive) return;
        write(stopping, true, false);
        end(stopping, {.kind = ExitKind::kOk, .stopped = true});
    });
}

void SimNode::prepare(SimFolder& folder, AttemptPhase phase, bool SimFolder::* done) {
    folder.busy = true;
    folder.phase = phase;
    const Moment longest = context_.random.chance(0.3) ? kSecond : 8 * kSecond;
    later(drawn(context_, longest), folder.wanted.fence, [this, done](SimFolder& prepared) {
        if (!agent_alive_) return;  // begun again by the next agent
        prepared.busy = false;
        prepared.*done = true;
        act();
    });
}

void SimNode::kill(SimFolder& folder) {
    folder.ending = true;
    later(drawn(context_, 5 * kSecond), folder.wanted.fence, [this](SimFolder& killed) {
        killed.ending = false;
        if (killed.alive) end(killed, {.kind = ExitKind::kKilled, .stopped = true});
    });
}

void SimNode::purge(SimFolder& folder) {
    folder.ending = true;
    later(drawn(context_, 3 * kSecond), folder.wanted.fence, [this](SimFolder& purged) {
        const Fence fence = purged.wanted.fence;
        context_.note(fmt::format("node {} purges {}", id_, fence));
        lost_[fence].push_back(std::move(purged.journal));
        folders_.erase(fence);
        report();
    });
}

void SimNode::start(SimFolder& folder) {
    context_.note(fmt::format("node {} starts {} of task {}", id_, folder.wanted.fence, folder.wanted.task));
    folder.alive = true;
    folder.step = folder.wanted.resume ? static_cast<int>(folder.wanted.resume->bytes) : 0;
    folder.phase = AttemptPhase::kRunning;
    folder.wish_done = folder.wanted.wish_number;
    context_.master->judge_start(*this, folder);
    report();
}

bool SimNode::trains(Fence fence) const {
    const auto found = folders_.find(fence);
    return found != folders_.end() &&
           (found->second.alive || (found->second.exit && found->second.exit->kind == ExitKind::kOk));
}

bool SimNode::gang_is_there(const SimFolder& folder) const {
    if (folder.wanted.ranks.world == folder.wanted.ranks.ranks) return true;
    const auto there =
        std::ranges::count_if(context_.nodes, [&](const auto& node) { return node->trains(folder.wanted.fence); });
    return there >= 2;
}

void SimNode::train(SimFolder& folder) {
    if (folder.paused || full_ || folder.phase == AttemptPhase::kStopping) return;
    if (!gang_is_there(folder)) {
        if (folder.joined && ++folder.waits > kSecondsWithoutGang)
            end(folder, {.kind = ExitKind::kError, .reason = "peer gone"});
        return;
    }
    folder.joined = true;
    folder.waits = 0;
    const SimTask& task = sim_task(context_, folder.wanted);
    if (folder.step >= task.steps) return end(folder, {.kind = ExitKind::kOk});  // it went on from its end
    ++folder.step;
    if (folder.step == task.fails_at) return end(folder, {.kind = ExitKind::kError, .reason = "the user's"});
    const bool last = folder.step >= task.steps;
    write(folder, last || folder.step % task.checkpoint_every == 0, last);
    if (last) end(folder, {.kind = ExitKind::kOk});
}

void SimNode::write(SimFolder& folder, bool checkpoint, bool last) {
    const bool main = folder.wanted.ranks.first_rank == 0;
    folder.journal.push_back({folder.step, checkpoint && main, last, context_.clock.now()});
    // A checkpoint is on the disk before its record is; points are synced now and then.
    if (checkpoint || context_.random.chance(0.3)) folder.synced = folder.journal.size();
}

void SimNode::end(SimFolder& folder, AttemptExit exit) {
    context_.note(fmt::format("node {}: {} ends {}", id_, folder.wanted.fence, name_of(exit.kind)));
    folder.alive = false;
    folder.exit = std::move(exit);
    folder.phase = AttemptPhase::kExited;
    folder.ended = true;
    folder.synced = folder.journal.size();
    report();
}

void SimNode::replicate(SimFolder& folder) {
    if (folder.ending) return;
    for (const SimRecord& record : folder.journal) {
        if (!record.checkpoint || folder.copied_objects.contains(record.step)) continue;
        context_.to_master(id_, [id = id_, fence = folder.wanted.fence, step = record.step](SimMaster& master) {
            master.receive_object(id, fence, step, master.holds_part(fence, step));
        });
        break;
    }
    if (folder.appending && context_.random.chance(0.8)) return;  // else the answer is given up
    if (folder.copied == folder.journal.size() && folder.compared && folder.copy_ended == folder.ended) return;
    SimAppend append{.fence = folder.wanted.fence, .generation = folder.generation, .offset = folder.copied};
    append.session = session_;
    if (folder.copied > folder.journal.size()) {  // the end was lost with the power, but the master has it
        append.before = SimJournal{{-1}};
    } else {
        const auto begin = folder.journal.begin() + static_cast<std::ptrdiff_t>(folder.copied);
        const std::size_t length = std::min(folder.journal.size() - folder.copied, kLongestAppend);
        if (!folder.compared) append.before = SimJournal(folder.journal.begin(), begin);
        append.records.assign(begin, begin + static_cast<std::ptrdiff_t>(length));
        append.ends = folder.ended && folder.copied + length == folder.journal.size();
    }
    folder.appending = true;
    context_.to_master(id_, [id = id_, append](SimMaster& master) { master.append(id, append); });
}

void SimNode::take_answer(Fence fence, const SimAppend& sent, const AppendAnswer& answer) {
    const auto found = folders_.find(fence);
    if (!agent_alive_ || found == folders_.end()) return;
    SimFolder& folder = found->second;
    folder.appending = false;
    if (answer.outcome == AppendOutcome::kFull || answer.outcome == AppendOutcome::kRefused) return;
    // An answer that was overtaken says less than what is known.
    const auto length = static_cast<std::size_t>(answer.length);
    if (answer.generation < folder.generation || (answer.generation == folder.generation && length < folder.copied))
        return;
    if (answer.outcome == AppendOutcome::kAppended && sent.before) folder.compared = true;
    if (answer.outcome == AppendOutcome::kParted) folder.compared = true;  // nothing lies before
    folder.generation = answer.generation;
    folder.copied = length;
    folder.copy_ended = answer.ended;
    if (folder.copied > folder.journal.size()) folder.compared = false;
}

void SimNode::take_object_answer(Fence fence, int step, const ObjectAnswer& answer) {
    const auto found = folders_.find(fence);
    if (agent_alive_ && found != folders_.end() && answer.outcome == ObjectOutcome::kWhole)
        found->second.copied_objects.insert(step);
}

void SimNode::forget_copies(SimFolder& folder) {
    folder.compared = folder.appending = folder.copy_ended = false;
    folder.copied = 0;
    folder.generation = 0;
    folder.copied_objects.clear();
}

void SimNode::kill_agent() {
    if (!agent_alive_) return;
    context_.note(fmt::format("agent {} is killed", id_));
    agent_alive_ = false;
    session_ = 0;
    desired_.reset();
    for (auto& [fence, folder] : folders_) {
        forget_copies(folder);
        folder.busy = false;
    }
    context_.master->connection_closed(id_);
    context_.clock.after(drawn(context_, 30 * kSecond), [this, boot = boot_] {
        if (boot == boot_) agent_alive_ = true;
    });
}

void SimNode::kill_trainer() {
    for (auto& [fence, folder] : folders_) {
        if (!folder.alive) continue;
        return end(folder, {.kind = context_.random.chance(0.5) ? ExitKind::kKilled : ExitKind::kOom});
    }
}

void SimNode::lose_power() {
    context_.note(fmt::format("node {} loses power", id_));
    kill_agent();
    ++boot_;
    for (auto& [fence, folder] : folders_) {
        if (folder.synced < folder.journal.size()) {
            lost_[fence].push_back(folder.journal);
            folder.journal.resize(folder.synced);
        }
        if (folder.phase < AttemptPhase::kExited) {
            // What the machine writes when it is back: the journal grows on where it was cut.
            for (std::uint64_t notes = context_.random.below(4); notes > 0; --notes) {
                folder.journal.push_back({folder.step, false, false, context_.clock.now() + 1});
                folder.synced = folder.journal.size();
            }
            folder.exit = AttemptExit{.kind = ExitKind::kLost};
            folder.phase = AttemptPhase::kExited;
            folder.ended = true;
        }
        folder.alive = folder.ending = folder.busy = false;
    }
    context_.clock.after(drawn(context_, context_.random.chance(0.3) ? 15 * kMinute : kMinute), [this, boot = boot_] {
        if (boot == boot_) begin();
    });
}

void SimNode::leave() {
    context_.note(fmt::format("node {} is to go away", id_));
    leaving_ = true;
    report();
    context_.clock.after(30 * kSecond, [this] {
        leaving_ = false;
        lose_power();
    });
}

}  // namespace goetia
