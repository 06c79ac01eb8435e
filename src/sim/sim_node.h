// A simulated machine of the pool: its agent, the folders on its disk, the processes that train.
#pragma once

#include <map>
#include <set>

#include "agent/reconcile.h"
#include "protocol/desired.h"
#include "sim/sim_context.h"
#include "sim/sim_files.h"

namespace goetia {

struct SimFolder {
    // On the disk.
    WantedAttempt wanted;  // with the wish that was noted last
    std::uint64_t wish_done = 0;
    bool fetched = false, checked = false;
    AttemptPhase phase = AttemptPhase::kAccepted;
    SimJournal journal;
    std::size_t synced = 0;  // records that a loss of power leaves
    bool ended = false;      // the journal will not grow
    std::optional<AttemptExit> exit;
    // Of the process.
    bool alive = false;
    bool paused = false;
    int step = 0;
    bool joined = false;  // all parts of its gang were there
    int waits = 0;        // seconds without them since
    bool stop_sent = false;
    bool ending = false;  // its processes or its folder are about to go
    // Of the agent, forgotten when it dies.
    bool busy = false;      // fetching or checking
    bool compared = false;  // the master's copy was found to be the same up to here
    bool appending = false;
    std::uint32_t generation = 0;
    std::size_t copied = 0;  // records that the master has
    bool copy_ended = false;
    std::set<int> copied_objects;
};

class SimNode {
  public:
    SimNode(SimContext& context, NodeId id) : context_(context), id_(id) {}

    void begin();  // its agent starts

    // What it receives.
    void welcome(std::uint64_t session);
    void take(const NodeDesired& desired);
    void take_answer(Fence fence, const SimAppend& sent, const AppendAnswer& answer);
    void take_object_answer(Fence fence, int step, const ObjectAnswer& answer);
    void connection_broke(std::uint64_t session);

    // What befalls it.
    void kill_agent();
    void kill_trainer();
    void lose_power();
    void fill_disk(bool full) { full_ = full; }
    void leave();

    [[nodiscard]] std::uint64_t session() const { return session_; }
    [[nodiscard]] NodeId id() const { return id_; }
    [[nodiscard]] const std::map<Fence, SimFolder>& folders() const { return folders_; }
    // What was once written to the attempt's journal and is gone, with a purged folder or the power.
    [[nodiscard]] const std::vector<SimJournal>& lost(Fence fence) { return lost_[fence]; }
    [[nodiscard]] bool trains(Fence fence) const;

  private:
    void once_a_second();
    void report();
    void replicate(SimFolder& folder);
    static void forget_copies(SimFolder& folder);
    void train(SimFolder& folder);
    // Does what the agent's reconcile() says.
    void act();
    [[nodiscard]] NodeView view() const;
    void carry_out(const NodeAction& action);
    void ask_run(SimFolder& folder, const NodeAction& action);
    void prepare(SimFolder& folder, AttemptPhase phase, bool SimFolder::* done);
    void start(SimFolder& folder);
    void write(SimFolder& folder, bool checkpoint, bool last);
    void end(SimFolder& folder, AttemptExit exit);
    void purge(SimFolder& folder);
    void kill(SimFolder& folder);
    [[nodiscard]] bool gang_is_there(const SimFolder& folder) const;
    // Calls `what` later on the folder, if it and the machine's power are still there.
    void later(Moment delay, Fence fence, std::function<void(SimFolder&)> what);

    SimContext& context_;
    NodeId id_;
    std::map<Fence, SimFolder> folders_;
    std::map<Fence, std::vector<SimJournal>> lost_;
    bool agent_alive_ = false;
    bool full_ = false;
    bool leaving_ = false;
    std::uint64_t boot_ = 0;
    std::uint64_t session_ = 0;
    std::uint64_t number_ = 0;
    std::optional<NodeDesired> desired_;  // the newest of this session
    Moment contact_ = 0;                  // the last
    Moment asked_ = 0;                    // for a connection
};

}  // namespace goetia
