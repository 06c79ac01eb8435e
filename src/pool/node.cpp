#include "pool/node.h"

#include <algorithm>
#include <array>

namespace goetia {
namespace {

constexpr std::array<NodeStateInfo, 5> kNodeStates{{
    {NodeState::kOnline, "online", "it answers"},
    {NodeState::kSuspect, "suspect", "it has not answered for a while; nothing new is placed on it"},
    {NodeState::kOffline, "offline", "it does not answer"},
    {NodeState::kDraining, "draining", "nothing new is placed on it; what runs goes on"},
    {NodeState::kLeaving, "leaving", "the machine goes away; what ran on it goes on elsewhere"},
}};

}  // namespace

const NodeStateInfo& info_of(NodeState state) { return kNodeStates.at(static_cast<std::size_t>(state)); }

int PoolNode::free_gpus() const {
    return static_cast<int>(std::count_if(gpus.begin(), gpus.end(), [](const PoolGpu& gpu) { return gpu.is_free(); }));
}

std::set<std::string> PoolNode::all_labels() const {
    std::set<std::string> all = labels;
    all.insert(given_labels.begin(), given_labels.end());
    return all;
}

NodeState state_of(const PoolNode& node, const PoolPolicy& policy, Moment now) {
    if (!node.connected || !node.heard)
        return now - node.seen > policy.lease || !node.connected ? NodeState::kOffline : NodeState::kSuspect;
    if (now - node.seen > policy.lease) return NodeState::kOffline;
    if (now - node.seen > policy.suspect_after) return NodeState::kSuspect;
    if (node.leaving) return NodeState::kLeaving;
    return node.drain || node.draining ? NodeState::kDraining : NodeState::kOnline;
}

}  // namespace goetia
