// The nodes that have something free, in the order in which tasks should take them: on the processor first machines
// without GPUs, the cheaper, then the emptier; on GPUs the smallest that suffice, then those with the fewest left over.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "pool/fit.h"

namespace goetia {

class FreeNodes {
  public:
    // After any change of the node. Nodes that take nothing new are left out; those that have become silent are not,
    // since that is a matter of time.
    void update(const PoolNode& node);
    void remove(NodeId node);

    // Visits nodes that may have room until `visit` returns false.
    void each(const TaskNeeds& needs, const std::function<bool(NodeId)>& visit) const;

  private:
    using ProcessorKey = std::tuple<bool, double, int, NodeId>;
    using GpuKey = std::tuple<std::int64_t, int, double, NodeId>;  // memory of the largest free GPU, how many are free
    struct Keys {
        std::optional<ProcessorKey> processor;
        std::optional<GpuKey> gpu;
        bool operator==(const Keys&) const = default;
    };
    static Keys keys_of(const PoolNode& node);

    std::set<ProcessorKey> by_cores_;
    std::set<GpuKey> by_gpus_;
    std::unordered_map<NodeId, Keys> keys_;
};

}  // namespace goetia
