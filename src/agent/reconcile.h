// What a node does next, from what its master wants and what is there: a pure function, called whenever either changes.
// It has no memory: an action that was begun is seen in the next view, and one that was lost in a kill is decided
// again.
//
// What holds, whatever comes in which order:
//   - a document of another session, or an older one, changes nothing (is_newer);
//   - an attempt that the newest document does not name is killed and purged; without a document of this session
//   nothing
//     is purged, and nothing starts: the master may have given the attempt to another node;
//   - a stop is never taken back: after it was noted nothing of the attempt starts;
//   - a device has the processes of one attempt at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/desired.h"

namespace goetia {

// An attempt as it is at the node.
struct AttemptView {
    Fence fence = 0;
    Wish wish = Wish::kRun;  // noted on the disk, with its number
    std::uint64_t wish_number = 0;
    std::uint64_t wish_done = 0;  // the last one that was carried out
    OnDisconnect on_disconnect = OnDisconnect::kContinue;
    bool noop = false;
    std::vector<std::string> devices;
    bool fetching = false, fetched = false;
    double fetch_after = 0;  // a fetch failed: not before this time
    bool checking = false, checked = false;
    bool has_processes = false;
    bool stop_sent = false;
    bool exited = false;
};

struct NodeView {
    std::vector<AttemptView> attempts;
    std::optional<NodeDesired> desired;  // the newest of this session; empty: none came yet
    double since_contact = 0;            // seconds since the master was heard
    bool draining = false;               // asked for at the node
    bool leaving = false;                // the machine goes away
};

enum class NodeActionKind : std::uint8_t {
    kAccept,    // make a folder for `wanted`
    kNoteWish,  // write the wish of `wanted` to the disk
    kFetch,     // bring package, runtime, data, checkpoint
    kCheck,     // compare the data with its certificates
    kStart,     // start the ranks
    kPause,     // ask the run
    kResume,
    kCheckpoint,
    kStop,
    kEnd,    // write an exit for an attempt without processes: it was stopped, or is empty
    kKill,   // end its processes at once
    kPurge,  // delete the folder
};

std::string_view name_of(NodeActionKind kind);

struct NodeAction {
    NodeActionKind kind = NodeActionKind::kAccept;
    Fence fence = 0;
    std::optional<WantedAttempt> wanted = {};  // of kAccept and kNoteWish
    std::uint64_t wish_number = 0;             // that is carried out with it: to be noted as done
};

// Whether a document that came counts, given the session and the newest generation taken up in it.
bool is_newer(const NodeDesired& incoming, std::uint64_t session, std::optional<std::uint64_t> generation);

// In the order in which they are to be done.
std::vector<NodeAction> reconcile(const NodeView& view, double now);

// Seconds without a word of the master after which an attempt that is to stop then is stopped: the lease.
constexpr double kLeaseSeconds = 45;

}  // namespace goetia
