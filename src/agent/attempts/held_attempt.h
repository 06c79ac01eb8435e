// One attempt at this node, from its folder to its processes: the hands of what reconcile.h decides. Every method may
// be interrupted by a kill at any point; load() in a new process finds what was done.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/attempts/attempt_exit.h"
#include "agent/attempts/attempt_journal.h"
#include "agent/attempts/attempt_store.h"
#include "agent/attempts/data_check.h"
#include "agent/attempts/start_plan.h"
#include "agent/replicate/attempt_replica.h"

namespace goetia {

enum class Request;
class SupervisedAttempt;

class HeldAttempt {
  public:
    // Accepts an attempt: afterwards it exists, whatever happens.
    static Result<std::unique_ptr<HeldAttempt>> accept(const std::filesystem::path& attempts,
                                                       const WantedAttempt& wanted);
    // One that an earlier process accepted; its processes may be running.
    static Result<std::unique_ptr<HeldAttempt>> load(AttemptStore store);
    ~HeldAttempt();  // the processes go on
    HeldAttempt(const HeldAttempt&) = delete;
    HeldAttempt& operator=(const HeldAttempt&) = delete;

    [[nodiscard]] const WantedAttempt& wanted() const { return accepted_.wanted; }
    [[nodiscard]] Fence fence() const { return accepted_.wanted.fence; }
    [[nodiscard]] std::uint64_t wish_done() const { return accepted_.wish_done; }
    [[nodiscard]] const AttemptStore& store() const { return store_; }
    [[nodiscard]] const std::optional<AttemptExit>& exit() const { return exit_; }
    [[nodiscard]] bool has_processes() const;
    [[nodiscard]] bool has_journal() const;
    [[nodiscard]] AttemptPhase phase() const;
    // Shared with the thread that carries its files away.
    [[nodiscard]] const std::shared_ptr<AttemptReplica>& replica() const { return replica_; }
    [[nodiscard]] std::filesystem::path experiment_root() const;
    [[nodiscard]] std::filesystem::path machine_samples() const;  // the file to which they are appended

    // A wish is on the disk before it is carried out: one that was acknowledged is not forgotten. A stop stays a stop.
    Status note_wish(const WantedAttempt& wanted);
    Status wish_carried_out(std::uint64_t number);

    // Everything that is needed lies in the cache. Copies what the run keeps for itself.
    Status mark_fetched(const ObjectCache& cache);
    void set_fetching(std::optional<FetchedSoFar> progress) { fetching_ = std::move(progress); }
    [[nodiscard]] bool fetched() const { return fetched_; }

    // The data is compared with its certificates, in the sandbox; advance() notes the end.
    Status check_data(const NodeSetup& node, const ObjectCache& cache);
    [[nodiscard]] bool checked() const { return checked_; }
    [[nodiscard]] bool is_checking() const { return check_.has_value(); }

    // Starts the ranks. A start that ends before it wrote who it is counts: after three there is an exit.
    Status start(const NodeSetup& node, const ObjectCache& cache, double now);
    [[nodiscard]] bool stop_sent() const { return stop_sent_; }
    Status send(Request request);
    Status kill();

    // Follows processes, journal and data check; writes the exit once there is one. `gpu_fault`: of its devices.
    Status advance(double now, const std::string& gpu_fault);
    // Ends an attempt without processes (a fetch that cannot succeed, a stop before the start).
    Status end(const AttemptExit& exit);
    Status purge();

    [[nodiscard]] AttemptStatus status() const;
    void set_groups(AttemptGroups groups) { groups_ = std::move(groups); }
    // A line in the attempt's own log of the agent, which is one of its streams.
    void log(const std::string& line) const;

  private:
    HeldAttempt(AttemptStore store, AcceptedAttempt accepted);
    Status adopt();
    Status watch(double now);
    [[nodiscard]] std::string limit_broken() const;
    Status note_exit(const std::string& gpu_fault);
    void offer_files();
    [[nodiscard]] ExperimentFolder experiment() const;

    AttemptGroups groups_;
    AttemptStore store_;
    AcceptedAttempt accepted_;
    std::optional<AttemptExit> exit_;
    StartRecord starts_;
    std::shared_ptr<AttemptReplica> replica_;
    AttemptJournal journal_;
    std::unique_ptr<SupervisedAttempt> running_;
    std::optional<DataCheck> check_;
    std::optional<FetchedSoFar> fetching_;
    bool fetched_ = false, checked_ = false;
    bool pause_requested_ = false;
    bool stop_sent_ = false;  // by this process: repeated after the agent was started again
    std::uint64_t seen_records_ = 0;
    double limits_after_ = 0;  // when to look at them again
    double last_record_ = 0;   // when one was last seen, by steady_seconds(); 0: not since the start
};

}  // namespace goetia
