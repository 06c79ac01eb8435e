// The node: its attempts, its cache and its machine, without a connection. The session feeds it what the master wants
// and sends what it tells.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "agent/attempts/held_attempt.h"
#include "agent/machine/leave_notice.h"
#include "agent/machine/node_meters.h"
#include "agent/reconcile.h"
#include "agent/session/fetch_worker.h"
#include "agent/session/replica_worker.h"
#include "agent/session/version_floor.h"
#include "protocol/object_signature.h"

namespace goetia {

struct AgentNodeOptions {
    std::filesystem::path data;
    std::int64_t cache_quota = std::int64_t{200} << 30U;
    NodeSetup setup;
    LeaveOptions leave;
    std::string version, own_sha256;
    std::string host;  // by which other nodes reach this one; empty: the machine's name
    std::map<std::string, std::string> labels;
    double telemetry_every = 30;  // seconds
};

class AgentNode {
  public:
    // Reads what an earlier process left; attempts that run are adopted.
    static Result<std::unique_ptr<AgentNode>> open(AgentNodeOptions options, std::unique_ptr<GpuSource> gpus,
                                                   FetchWorker::OpenLink open_link);

    // `signing_key`: what the node is to run must carry the master's signature; empty: the master signs nothing.
    void session_began(std::uint64_t session, double now, std::string signing_key);
    void heard_from_master(double now) { heard_ = now; }
    // False: it is of another session, or older than one that was taken up.
    bool take(NodeDesired desired);
    void drain() { draining_ = true; }
    LeaveNotice& leaving() { return leave_; }

    // Follows everything that runs, decides and acts. Errors of one attempt are written to its log and end there.
    Status advance(double now);

    // The next status, with facts and use where they are due.
    NodeStatus status(double now);
    // Whether something of the last status has changed: phases, exits, wishes, the node itself.
    [[nodiscard]] bool has_changed() const;
    // That an object may be run here. kDenied otherwise.
    [[nodiscard]] Status check_signed(const WantedObject& object, SignedKind kind) const;
    // The program that the master wants this agent to become; empty: it is the one.
    [[nodiscard]] const WantedObject* wanted_update() const;
    // Nothing runs here, and the master holds everything of what ran.
    [[nodiscard]] bool all_handed_over() const;
    [[nodiscard]] std::filesystem::path programs_folder() const { return options_.data / "programs"; }
    [[nodiscard]] VersionFloor version_floor() const { return VersionFloor(options_.data / "version.floor"); }
    [[nodiscard]] ObjectCache& cache() { return cache_; }

  private:
    AgentNode(AgentNodeOptions options, std::unique_ptr<GpuSource> gpus, ObjectCache cache,
              FetchWorker::OpenLink open_link);
    Status load_attempts();
    void look_at_own_programs();
    [[nodiscard]] NodeView view(double now) const;
    [[nodiscard]] AttemptView view_of(const HeldAttempt& held) const;
    Status act(const NodeAction& action, double now);
    Status act_on(HeldAttempt& held, const NodeAction& action, double now);
    Status start_fetch(HeldAttempt& held);
    void take_fetched(double now);
    void purge(Fence fence);
    void tell_workers();
    void sample(double now);
    [[nodiscard]] std::string gpu_fault_of(const HeldAttempt& held) const;
    [[nodiscard]] std::string outline() const;  // what has_changed() compares

    AgentNodeOptions options_;
    std::unique_ptr<GpuSource> gpus_;
    NodeMeters meters_;
    LeaveNotice leave_;
    ObjectCache cache_;
    std::map<Fence, std::unique_ptr<HeldAttempt>> attempts_;
    std::map<Fence, double> fetch_after_, fetch_wait_;
    std::uint64_t taken_up_ = 0;  // the generation up to which all that was wanted is held
    double accept_after_ = 0;     // while attempts cannot be accepted
    std::optional<NodeDesired> desired_;
    std::uint64_t session_ = 0, number_ = 0;
    double heard_ = 0, opened_ = 0, sampled_ = 0;
    bool draining_ = false, facts_sent_ = false;
    NodeFacts facts_;
    std::optional<NodeUse> use_;
    std::string told_;
    std::string signing_key_;
    FetchWorker fetcher_;  // the last members: their threads end first
    ReplicaWorker replicator_;
};

}  // namespace goetia
