// A node of the pool as the master sees it: what it has, what of it is taken, and whether it answers.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "pool/pool_types.h"

namespace goetia {

struct PoolGpu {
    std::string uuid;
    std::string name;
    std::int64_t memory = 0;
    std::int64_t foreign = 0;  // bytes that somebody else uses, last seen while nothing of ours ran on it
    std::string fault;
    Fence taken = 0;  // by whom

    [[nodiscard]] bool is_free() const { return taken == 0 && fault.empty(); }
    [[nodiscard]] std::int64_t free_memory() const { return memory - foreign; }
};

enum class NodeState : std::uint8_t { kOnline, kSuspect, kOffline, kDraining, kLeaving };

struct NodeStateInfo {
    NodeState state;
    std::string_view name;
    std::string_view sentence;
};

const NodeStateInfo& info_of(NodeState state);
inline std::string_view name_of(NodeState state) { return info_of(state).name; }

struct PoolNode {
    NodeId id = 0;
    std::string name;
    double price = 0;                    // per hour, of the whole node
    bool drain = false;                  // asked for at the master
    std::set<std::string> labels;        // "key=value", given at the node
    std::set<std::string> given_labels;  // the same, given at the master; they stay when the node says its own anew
    std::vector<std::string> libtorch;
    std::string cuda;
    std::string driver;
    std::string glibc;
    std::string processor;
    int cores = 0;
    std::int64_t memory = 0;
    std::vector<PoolGpu> gpus;

    // Of its connection; not stored.
    bool connected = false;
    std::uint64_t session = 0;
    std::uint64_t number = 0;      // of its last status
    std::uint64_t generation = 0;  // of the last desired document that was made for it
    bool heard = false;            // in this session
    bool draining = false;         // asked for at the node
    bool leaving = false;
    bool strangers =
        false;        // it runs attempts that the master does not know, and ends them: nothing is free until then
    Moment seen = 0;  // its last status

    // Follow from the attempts.
    int taken_cores = 0;
    std::int64_t taken_memory = 0;
    std::set<Fence> fences;  // that have a part here which is wanted or whose devices are not free yet

    [[nodiscard]] int free_cores() const { return cores - taken_cores; }
    [[nodiscard]] int free_gpus() const;
    [[nodiscard]] std::set<std::string> all_labels() const;  // from both
};

NodeState state_of(const PoolNode& node, const PoolPolicy& policy, Moment now);

}  // namespace goetia
