// What must hold after every event.
#include <algorithm>

#include <fmt/format.h>

#include "sim/sim_master.h"
#include "sim/sim_node.h"

namespace goetia {
namespace {

bool begins_with(const SimJournal& whole, const SimJournal& part) {
    return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

bool is_copy_of(const SimJournal& copy, const SimFolder& folder, const std::vector<SimJournal>& lost) {
    return begins_with(folder.journal, copy) ||
           std::ranges::any_of(lost, [&](const SimJournal& history) { return begins_with(history, copy); });
}

// Attempt and step from which it goes on; 0 and 0: from the beginning.
std::pair<Fence, int> origin_of(const Attempt& attempt) {
    if (!attempt.resume) return {0, 0};
    const std::string& name = attempt.resume->sha256;
    return {std::stoull(name.substr(0, name.find('-'))), static_cast<int>(attempt.resume->step)};
}

}  // namespace

void SimMaster::judge(const PoolEvent& event, const Decision& decision,
                      const std::map<TaskId, std::optional<HeldCheckpoint>>& before) {
    judge_moves(decision);
    for (const Fence fence : decision.attempts) judge_attempt(world_.attempts.at(fence));
    for (const TaskId id : decision.tasks) {
        const PoolTask& task = world_.tasks.at(id);
        const auto known = before.find(id);
        if (task.checkpoint && known != before.end() &&
            task.checkpoint->sha256 != (known->second ? known->second->sha256 : "") &&
            !task.checkpoint->sha256.starts_with(std::to_string(task.fence) + "-"))
            context_.violate(fmt::format("checkpoint {} of an older attempt counts for task {} under fence {}",
                                         task.checkpoint->sha256, id, task.fence));
    }
    judge_devices();
    if (std::holds_alternative<Ticked>(event)) judge_losses(decision);
}

// Nobody is lost for silence before its time.
void SimMaster::judge_losses(const Decision& decision) {
    const auto look = [&](const Attempt& attempt) {
        for (const AttemptPart& part : attempt.parts) {
            if (!part.lost || !part.exit || part.exit->reason.find("has not answered") == std::string::npos) continue;
            if (!known_losses_.emplace(attempt.fence, part.node).second) continue;
            const Moment silent = context_.clock.now() - world_.nodes.at(part.node).seen;
            if (context_.clock.now() - started_ < kMinute)
                context_.violate(
                    fmt::format("attempt {} is lost within a minute of the master's start", attempt.fence));
            if (silent <= context_.plan.tasks[attempt.task - 1].task.limits.lost_after)
                context_.violate(
                    fmt::format("attempt {} is lost although its node was not silent for long", attempt.fence));
        }
    };
    for (const auto& [fence, attempt] : world_.attempts) look(attempt);
    for (const Attempt& attempt : decision.ended) look(attempt);
}

void SimMaster::judge_moves(const Decision& decision) {
    for (const TaskMove& move : decision.moves) {
        if (!may_follow(move.from, move.to))
            context_.violate(
                fmt::format("task {} went from {} to {}", move.task, name_of(move.from), name_of(move.to)));
        if (move.to == TaskState::kDispatching && promises_.stopped.contains(move.task))
            context_.violate(fmt::format("task {} is placed after its stop was acknowledged", move.task));
    }
    for (const PoolTask& task : decision.finished) {
        if (task.state == TaskState::kCompleted) judge_completed(task);
    }
    for (const TaskId id : promises_.submitted) {
        if (!store_.tasks.contains(id)) context_.violate(fmt::format("task {} was acknowledged and is gone", id));
    }
    for (const TaskId id : promises_.stopped) {
        const auto task = store_.tasks.find(id);
        if (task != store_.tasks.end() && !info_of(task->second.state).finished &&
            task->second.intent != Intent::kStop && task->second.intent != Intent::kCancel)
            context_.violate(fmt::format("the acknowledged stop of task {} is forgotten", id));
    }
}

void SimMaster::judge_attempt(const Attempt& attempt) {
    const auto task = world_.tasks.find(attempt.task);
    if (task == world_.tasks.end() || attempt.settled) return;
    Fence& newest = promises_.newest[attempt.task];
    if (attempt.fence < newest)
        context_.violate(fmt::format("task {} goes back from fence {} to {}", attempt.task, newest, attempt.fence));
    newest = attempt.fence;
    if (attempt.fence != task->second.fence)
        context_.violate(
            fmt::format("task {} has two current fences, {} and {}", attempt.task, attempt.fence, task->second.fence));
    std::set<NodeId> nodes;
    for (const AttemptPart& part : attempt.parts) nodes.insert(part.node);
    if (static_cast<int>(nodes.size()) != task->second.needs.nodes)
        context_.violate(
            fmt::format("attempt {} is on {} nodes of {}", attempt.fence, nodes.size(), task->second.needs.nodes));
    promises_.origins[attempt.fence] = origin_of(attempt);
    if (!attempt.resume) return;
    if (!store_.objects.contains(origin_of(attempt)))
        context_.violate(
            fmt::format("attempt {} resumes from {}, which is not here", attempt.fence, attempt.resume->sha256));
}

// The books: what is taken is what unreleased parts take, no more than there is.
void SimMaster::judge_devices() {
    for (const auto& [id, node] : world_.nodes) {
        int cores = 0;
        std::map<std::string, Fence> taken;
        for (const auto& [fence, attempt] : world_.attempts) {
            const AttemptPart* part = attempt.part_on(id);
            if (!part || part->released) continue;
            cores += part->cores;
            for (const std::string& gpu : part->gpus) {
                if (!taken.emplace(gpu, fence).second) context_.violate(fmt::format("{} is given twice", gpu));
            }
        }
        if (cores != node.taken_cores)
            context_.violate(fmt::format("node {} counts {} cores as taken, found {}", id, node.taken_cores, cores));
        if (node.cores > 0 && cores > node.cores)
            context_.violate(fmt::format("node {} gave {} cores of {}", id, cores, node.cores));
        for (const PoolGpu& gpu : node.gpus) {
            const auto by = taken.find(gpu.uuid);
            if (gpu.taken != (by != taken.end() ? by->second : 0))
                context_.violate(fmt::format("{} is not taken by whom it says", gpu.uuid));
        }
    }
}

void SimMaster::judge_start(const SimNode& node, const SimFolder& folder) {
    const WantedAttempt& wanted = folder.wanted;
    if (wanted.wish == Wish::kStop || wanted.wish == Wish::kPurge)
        context_.violate(fmt::format("node {} starts attempt {} after it took up its stop", node.id(), wanted.fence));
    const auto task = store_.tasks.find(std::stoull(wanted.task));
    if (task != store_.tasks.end() && task->second.state == TaskState::kStopped &&
        promises_.stopped.contains(task->first))
        context_.violate(fmt::format("attempt {} starts although task {} is stopped", wanted.fence, wanted.task));
    if (restored_) return;  // its nodes end what it does not know while they start what it asks for
    int cores = 0;
    for (const auto& [fence, other] : node.folders()) {
        if (!other.alive) continue;
        cores += other.wanted.cores;
        for (const std::string& gpu : other.wanted.devices) {
            if (fence != wanted.fence && std::ranges::find(wanted.devices, gpu) != wanted.devices.end())
                context_.violate(fmt::format("attempts {} and {} run on {}", fence, wanted.fence, gpu));
        }
    }
    if (cores > context_.plan.cores)
        context_.violate(fmt::format("node {} runs {} cores of {} with attempt {}", node.id(), cores,
                                     context_.plan.cores, wanted.fence));
}

void SimMaster::judge_streams() {
    for (const auto& [key, stream] : store_.streams) {
        const auto& folders = context_.node(key.second).folders();
        const auto source = folders.find(key.first);
        if (source == folders.end()) continue;
        for (const SimJournal& copy : stream.generations) {
            if (!is_copy_of(copy, source->second, context_.node(key.second).lost(key.first)))
                context_.violate(fmt::format("the copy of attempt {} of node {} is not what its source wrote",
                                             key.first, key.second));
        }
        const auto promised = promises_.appended.find(key);
        const auto& copies = stream.generations;
        if (promised != promises_.appended.end() &&
            std::ranges::none_of(copies, [&](const SimJournal& copy) { return begins_with(copy, promised->second); }))
            context_.violate(
                fmt::format("what attempt {} of node {} was told to be here is gone", key.first, key.second));
    }
}

// Every step is here, from the first to the last, along the checkpoints from which it went on.
void SimMaster::judge_completed(const PoolTask& task) {
    int until = context_.plan.tasks[task.id - 1].steps;
    for (Fence fence = task.fence; fence != 0 && until > 0;) {
        const auto origin = promises_.origins.find(fence);
        if (origin == promises_.origins.end()) return;  // of a time before a restored backup
        const auto [earlier, step] = origin->second;
        std::set<int> steps;
        for (auto at = store_.streams.lower_bound({fence, 0}); at != store_.streams.end() && at->first.first == fence;
             ++at) {
            for (const SimJournal& copy : at->second.generations) {
                for (const SimRecord& record : copy) steps.insert(record.step);
            }
        }
        for (int missing = step + 1; missing <= until; ++missing) {
            if (!steps.contains(missing))
                return context_.violate(
                    fmt::format("task {} is complete without step {} of attempt {}", task.id, missing, fence));
        }
        if (earlier >= fence)
            return context_.violate(fmt::format("attempt {} goes on from attempt {}", fence, earlier));
        fence = earlier;
        until = std::min(until, step);
    }
}

std::string SimMaster::unfinished() const {
    if (!alive_) return "the master is not there";
    for (const auto& [fence, attempt] : world_.attempts)
        return fmt::format("attempt {} of task {} is not over: {}", fence, attempt.task,
                           attempt.settled ? "its devices are not free" : name_of(attempt.cause));
    for (const auto& [id, task] : world_.tasks) {
        if (task.state != TaskState::kQueued) return fmt::format("task {} is {}", id, name_of(task.state));
        int fitting = 0;
        for (const auto& [node_id, node] : world_.nodes)
            fitting += lacking(task.needs, node) == Obstacle::kNone ? 1 : 0;
        if (fitting >= task.needs.nodes) return fmt::format("task {} waits", id);
    }
    for (const auto& node : context_.nodes) {
        for (const auto& [fence, folder] : node->folders())
            return fmt::format("node {} still has {}", node->id(), fence);
    }
    for (const auto& [id, node] : world_.nodes) {
        if (!node.connected || !node.heard) return fmt::format("node {} is not there", id);
    }
    return "";
}

void SimMaster::judge_end() {
    if (const std::string left = unfinished(); !left.empty())
        return context_.violate(fmt::format("long after the faults ended {}", left));
    for (const auto& [id, node] : world_.nodes) {
        if (node.taken_cores != 0 || !node.fences.empty())
            context_.violate(fmt::format("devices of node {} are not given back", id));
    }
}

}  // namespace goetia
