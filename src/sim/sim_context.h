// What the parts of a simulated pool share: time, chance, the network between them, and the verdict.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "sim/plant.h"
#include "sim/sim_clock.h"
#include "sim/sim_plan.h"

namespace goetia {

class SimMaster;
class SimNode;
struct SimFolder;

struct SimContext {
    Random& random;
    const SimPlan& plan;
    Plant plant;
    SimClock clock;
    std::string violation;        // the first; empty: none
    bool faulty = true;           // until the plan's healing
    std::set<NodeId> cut;         // from the network
    bool standing_still = false;  // the master
    std::vector<std::string>* trace = nullptr;
    SimMaster* master = nullptr;
    std::vector<std::unique_ptr<SimNode>> nodes;

    void violate(std::string text) {
        if (violation.empty()) violation = std::move(text);
    }
    void note(const std::string& text) {
        if (trace) trace->push_back(std::to_string(clock.now() - 1000 * kHour) + " ms: " + text);
    }
    [[nodiscard]] SimNode& node(NodeId id) { return *nodes[id - 1]; }

    // Brings something to the other side after a delay, or never, or twice. What is under way when a node is cut off is
    // lost.
    void to_master(NodeId from, std::function<void(SimMaster&)> what);
    void to_node(NodeId to, std::function<void(SimNode&)> what);

  private:
    void arrive(const std::function<void(SimMaster&)>& what);
    void deliver(NodeId node, const std::function<void()>& what);
};

}  // namespace goetia
