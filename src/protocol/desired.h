// The document that the master sends: the whole of what one node should hold. An attempt on the node that is not in it
// is stopped and purged. It names no program and no command line: a task is a package by hash, data by certificate, and
// a wish.
#pragma once

#include "protocol/status.h"

namespace goetia {

// Something fetched by hash from the master: GET /agent/objects/SHA256.
struct WantedObject {
    std::string sha256;
    std::int64_t bytes = 0;
    std::string signature;  // of the master's key over what it is and its hash (object_signature.h); empty: none
};

// Data that the run reads, at the node or fetched to it.
struct WantedData {
    std::string name;    // "train": what the document of the run calls it
    std::string source;  // a path at the node, or an address to fetch from
    std::string
        certificate;  // the fingerprint (64 hexadecimal digits) that the data must have; empty: none is asked for
    std::int64_t bytes = 0;  // 0: not known
    std::string sha256;      // of the archive, for an address
};

// Where the processes of an attempt meet. One node holds `ranks` of them, from `first_rank` on.
struct WantedRanks {
    int first_rank = 0;
    int ranks = 1;
    int world = 1;
    std::string rendezvous;  // "10.0.0.5:29500", the node of rank 0; empty for world 1 and for ranks of one node
    std::string secret;      // that a rank must know to join; one for each attempt
};

struct AttemptLimits {
    std::int64_t memory = 0;  // bytes; 0: none, as everywhere here
    std::int64_t disk = 0;    // bytes of the attempt's folder
    std::int64_t log = 0;     // bytes of its output
    int processes = 0;
    double silence = 0;  // seconds without a record in the journal after which it counts as hung
};

struct WantedAttempt {
    Fence fence = 0;
    std::string task;
    std::string experiment;  // the folder's name
    int attempt = 1;         // the number of its journal: journal/attempt_N.journal
    Wish wish = Wish::kRun;
    std::uint64_t wish_number = 0;  // rises with every wish: two checkpoints asked for are two
    bool noop = false;              // an empty task: accepted and ended at once, for measuring
    WantedObject package;
    WantedObject runtime;                // the runtime bundle; no hash: the node's own installation
    std::optional<WantedObject> resume;  // the checkpoint to start from
    std::vector<WantedData> data;
    std::vector<std::string> devices;  // UUIDs of GPUs; empty: the processor
    int cores = 0;                     // 0: share what there is
    WantedRanks ranks;
    AttemptLimits limits;
    OnDisconnect on_disconnect = OnDisconnect::kContinue;
};

struct NodeDesired {
    std::uint64_t session = 0;     // of the connection it is sent on; the agent ignores another's
    std::uint64_t generation = 0;  // grows within a session; the agent ignores a smaller one
    std::vector<WantedAttempt> attempts;
    bool drain = false;   // take nothing new
    WantedObject update;  // the agent's program to become; no hash: as it is
};

Json to_json(const WantedAttempt& wanted);
Json to_json(const NodeDesired& desired);
Result<WantedAttempt> wanted_attempt_from(const Json& json);
Result<NodeDesired> node_desired_from(const Json& json);

}  // namespace goetia
