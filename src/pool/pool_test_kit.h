// A pool for tests: nodes that do as they are told, in virtual time.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pool/decide.h"

namespace goetia {

constexpr std::int64_t kGiB = 1LL << 30;

class TestPool {
  public:
    TestPool() { does(MasterStarted{}); }

    Decision does(const PoolEvent& event) {
        Decision out = decide(world, event, now);
        for (PoolTask& task : out.finished) finished[task.id] = task;
        for (Attempt& attempt : out.ended) ended[attempt.fence] = attempt;
        for (const TaskMove& move : out.moves) moves.push_back(move);
        return out;
    }

    // A node that answers. `gpus`: the memory of each, in GiB.
    NodeId node(int cores, std::vector<int> gpus = {}, std::map<std::string, std::string> labels = {},
                double price = 0) {
        const NodeId id = next_node_++;
        does(NodeAdded{{.id = id, .name = "node" + std::to_string(id), .price = price}});
        NodeFacts facts{.host = "h",
                        .cores = cores,
                        .memory = 64 * kGiB,
                        .driver = "550.54",
                        .cuda = "12.4",
                        .libtorch = {"2.5.1"},
                        .labels = std::move(labels)};
        for (const int memory : gpus)
            facts.gpus.push_back(
                {"GPU", "G" + std::to_string(id) + "-" + std::to_string(facts.gpus.size()), memory * kGiB, ""});
        connect(id, facts);
        return id;
    }
    // With what it held before, unless it is `wiped`.
    void connect(NodeId id, std::optional<NodeFacts> facts = std::nullopt, bool wiped = false) {
        does(NodeConnected{id, ++session_});
        numbers_[id] = 0;
        NodeStatus status{.session = session_, .number = ++numbers_[id], .facts = std::move(facts)};
        if (!wiped) status.attempts = held(id);
        does(NodeReported{id, status});
    }
    void disconnect(NodeId id) { does(NodeDisconnected{id, world.nodes.at(id).session}); }

    // A status with what the node holds: by default everything that is wanted of it, in the phases told before.
    Decision report(NodeId id, const std::vector<AttemptStatus>& attempts) {
        NodeStatus status{.session = world.nodes.at(id).session,
                          .number = ++numbers_[id],
                          .generation = world.nodes.at(id).generation,
                          .attempts = attempts};
        status.leaving = leaving.contains(id);
        return does(NodeReported{id, status});
    }
    static AttemptStatus says(const Attempt& attempt, AttemptPhase phase,
                              std::optional<AttemptExit> exit = std::nullopt) {
        AttemptStatus status{.fence = attempt.fence, .task = std::to_string(attempt.task), .phase = phase};
        status.exit = std::move(exit);
        return status;
    }
    // Every node reports its attempts in this phase.
    void all_report(AttemptPhase phase, std::optional<AttemptExit> exit = std::nullopt) {
        std::vector<NodeId> ids;
        for (const auto& [id, node] : world.nodes) ids.push_back(id);
        for (const NodeId id : ids) report_wanted(id, phase, exit);
    }
    void report_wanted(NodeId id, AttemptPhase phase, std::optional<AttemptExit> exit = std::nullopt) {
        std::vector<AttemptStatus> attempts;
        for (const WantedPart& wanted : wanted_on(world, world.nodes.at(id)))
            attempts.push_back(says(*wanted.attempt, phase, exit));
        report(id, attempts);
    }

    TaskId submit(PoolTask task) {
        task.id = next_task_++;
        if (task.user == 0) task.user = 1;
        does(TaskSubmitted{task});
        return task.id;
    }
    static PoolTask on_gpus(int gpus, int memory, int priority = 50) {
        PoolTask task{.priority = priority};
        task.needs.gpus = gpus;
        task.needs.gpu_memory = memory * kGiB;
        return task;
    }
    static PoolTask on_cores(int cores, int priority = 50) {
        PoolTask task{.priority = priority};
        task.needs.cores = cores;
        return task;
    }
    Decision control(TaskId id, TaskAction action) {
        const auto found = finished.find(id);
        ControlAsked asked{id, action, std::nullopt};
        if (found != finished.end() && !world.tasks.contains(id)) asked.finished = found->second;
        return does(asked);
    }

    // All of the task's attempt ended so, and its files arrived.
    void ends(TaskId id, ExitKind kind, bool stopped = false) {
        const Attempt attempt = attempt_of(id);
        for (const AttemptPart& part : attempt.parts) {
            std::vector<AttemptStatus> attempts;
            for (const WantedPart& wanted : wanted_on(world, world.nodes.at(part.node))) {
                const bool is_it = wanted.attempt->fence == attempt.fence;
                const AttemptExit exit{.kind = kind, .reason = "as told", .stopped = stopped};
                attempts.push_back(is_it ? says(*wanted.attempt, AttemptPhase::kExited, exit)
                                         : says(*wanted.attempt, wanted.part->phase));
            }
            report(part.node, attempts);
            does(StreamsWhole{part.node, attempt.fence});
            does(ObjectsWhole{part.node, attempt.fence});
        }
    }

    // Time passes; nodes that are connected answer every 10 s with what they have.
    void wait(Moment time) {
        for (const Moment until = now + time; now < until;) {
            now = std::min(now + 10 * kSecond, until);
            std::vector<NodeId> ids;
            for (const auto& [id, node] : world.nodes) {
                if (node.connected && !silent.contains(id)) ids.push_back(id);
            }
            for (const NodeId id : ids) {
                report(id, held(id));
            }
            does(Ticked{});
        }
    }

    [[nodiscard]] TaskState state(TaskId id) const {
        const auto found = world.tasks.find(id);
        return found != world.tasks.end() ? found->second.state : finished.at(id).state;
    }
    [[nodiscard]] const Attempt& attempt_of(TaskId id) const { return world.attempts.at(world.tasks.at(id).fence); }
    [[nodiscard]] std::vector<NodeId> nodes_of(TaskId id) const {
        std::vector<NodeId> nodes;
        for (const AttemptPart& part : attempt_of(id).parts) nodes.push_back(part.node);
        return nodes;
    }

    World world;
    Moment now = 1000 * kHour;
    std::map<TaskId, PoolTask> finished;
    std::map<Fence, Attempt> ended;
    std::vector<TaskMove> moves;
    std::set<NodeId> silent, leaving;

  private:
    [[nodiscard]] std::vector<AttemptStatus> held(NodeId id) const {
        std::vector<AttemptStatus> attempts;
        for (const WantedPart& one : wanted_on(world, world.nodes.at(id)))
            attempts.push_back(says(*one.attempt, one.part->phase, one.part->exit));
        return attempts;
    }

    NodeId next_node_ = 1;
    TaskId next_task_ = 1;
    std::uint64_t session_ = 0;
    std::map<NodeId, std::uint64_t> numbers_;
};

}  // namespace goetia
