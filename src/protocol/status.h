// The document that an agent sends: the whole truth of its node as it is now. A lost, late or doubled one is mended by
// the next. Everything in it comes from a machine that the master does not trust: from_json checks every size and name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "protocol/phases.h"

namespace goetia {

using Fence = std::uint64_t;  // the number of an attempt; rises over the life of the master, 0 is none

struct GpuFacts {
    std::string name;  // "NVIDIA H100 80GB"
    std::string uuid;
    std::int64_t memory = 0;  // bytes
    std::string fault;        // why nothing may be placed on it; empty when it is in order
};

// What does not change while the agent runs, or seldom.
struct NodeFacts {
    std::string host;
    std::string agent_version;
    std::string agent_sha256;  // of the agent's program: what an update replaces
    int cores = 1;
    std::int64_t memory = 0;            // bytes
    std::int64_t disk = 0;              // bytes of the file system that holds the agent's data
    std::string driver;                 // of the GPUs, "550.54"; empty without
    std::string cuda;                   // the newest CUDA that the driver can run, "12.4"; empty without
    std::string glibc;                  // "2.36"
    std::string processor;              // "x86_64"
    std::vector<std::string> libtorch;  // versions that can run here: "2.5.1", with "+cuda" where GPUs can be used
    std::vector<GpuFacts> gpus;         // in the order of their device numbers
    std::map<std::string, std::string> labels;
    std::vector<std::string> lacks;  // what the sandbox cannot do here, in sentences; empty: all of it
};

struct GpuUse {
    double utilisation = 0;   // 0 to 1
    std::int64_t memory = 0;  // bytes in use, by whomever
    double temperature = 0;   // degrees Celsius
    double power = 0;         // watts
};

struct NodeUse {
    double processor = 0;      // 0 to 1, of all cores
    std::int64_t memory = 0;   // bytes in use
    std::int64_t disk = 0;     // bytes in use
    std::vector<GpuUse> gpus;  // as in the facts
};

struct FetchedSoFar {
    std::int64_t bytes = 0;
    std::int64_t total = 0;  // 0: not known yet
    std::string what;        // "package", "runtime", "data 'train'"
};

// An append-only file of an attempt. The name is its path below the attempt's folder: "journal/attempt_1.journal".
struct StreamLength {
    std::string name;
    std::uint32_t generation = 0;
    std::int64_t bytes = 0;
    bool ended = false;  // it will not grow any more
};

struct AttemptExit {
    ExitKind kind = ExitKind::kOk;
    int code = 0;          // of the process at fault
    int signal = 0;        // that ended it; 0: none
    int rank = -1;         // of the process at fault; -1: none, or not known
    std::string reason;    // a sentence for the user
    bool stopped = false;  // before its last epoch, because it was told to
};

struct AttemptStatus {
    Fence fence = 0;
    std::string task;
    AttemptPhase phase = AttemptPhase::kAccepted;
    Wish wish = Wish::kRun;             // the one that is carried out or was
    std::uint64_t wish_number = 0;      // its number
    std::optional<FetchedSoFar> fetch;  // in phase fetching
    std::vector<StreamLength> streams;  // as they are on the node's disk
    std::int64_t objects_waiting = 0;   // named by the journal, not at the master yet
    std::optional<AttemptExit> exit;    // from phase exited on
};

struct NodeStatus {
    std::uint64_t session = 0;            // the number that the master gave to this connection
    std::uint64_t number = 0;             // grows within a session; the master ignores a smaller one
    std::uint64_t generation = 0;         // of the newest desired document that was taken up
    std::optional<NodeFacts> facts;       // in the first status of a session, and when they changed
    std::optional<NodeUse> use;           // every 30 s
    std::vector<AttemptStatus> attempts;  // all that the node holds a folder of
    bool draining = false;                // asked for at the node: nothing new is wanted
    bool leaving = false;                 // the machine goes away soon: checkpoint, upload, go on elsewhere
    double leaving_in = 0;                // seconds until then
};

Json to_json(const NodeFacts& facts);
Json to_json(const NodeUse& use);
Json to_json(const AttemptStatus& status);
Json to_json(const NodeStatus& status);

// kInvalid with every fault found. Members that this version does not know are ignored.
Result<NodeFacts> node_facts_from(const Json& json);
Result<NodeUse> node_use_from(const Json& json);
Result<AttemptStatus> attempt_status_from(const Json& json);
Result<NodeStatus> node_status_from(const Json& json);

}  // namespace goetia
