// The simulated master: the pool's decisions around a store that keeps what was committed, and the files of attempts.
#pragma once

#include "pool/decide.h"
#include "protocol/desired.h"
#include "sim/sim_context.h"
#include "sim/sim_files.h"

namespace goetia {

// What is on the master's disk.
struct SimStore {
    std::map<TaskId, PoolTask> tasks;  // finished ones too
    std::map<Fence, Attempt> attempts;
    std::map<NodeId, PoolNode> nodes;
    std::map<UserId, PoolUser> users;
    Fence next_fence = 1;
    std::map<std::pair<Fence, NodeId>, SimStream> streams;
    std::set<std::pair<Fence, int>> parts_of_objects;
    std::set<std::pair<Fence, int>> objects;  // whole
};

// What was promised, and must hold whatever happens.
struct SimPromises {
    std::map<std::pair<Fence, NodeId>, SimJournal> appended;  // by stream: what was answered to be here
    std::set<TaskId> submitted;
    std::set<TaskId> stopped;                        // the stop was acknowledged, and nobody asked it to go on since
    std::map<Fence, TaskId> fences;                  // that nodes were told of
    std::map<TaskId, Fence> newest;                  // fence of each task
    std::map<Fence, std::pair<Fence, int>> origins;  // of attempts: attempt and step from which they went on
};

class SimMaster {
  public:
    explicit SimMaster(SimContext& context);

    [[nodiscard]] bool alive() const { return alive_; }
    void start();
    void crash();
    void once_a_second();

    // From nodes.
    void connect(NodeId node);
    void connection_closed(NodeId node);
    void hear(NodeId node, const NodeStatus& status);
    void append(NodeId node, const SimAppend& append);
    void receive_object(NodeId node, Fence fence, int step, bool rest);
    [[nodiscard]] bool holds_part(Fence fence, int step) const;

    // From the user.
    void submit(const SimTask& task);
    void control(TaskId task, TaskAction action);

    void fill_disk(bool full) { full_ = full; }
    void back_up() { backup_ = store_; }
    void restore_backup();

    // A process starts on the node: may it?
    void judge_start(const SimNode& node, const SimFolder& folder);
    void judge_streams();
    // Empty when everything has come to its end; what is left otherwise.
    [[nodiscard]] std::string unfinished() const;
    void judge_end();

    [[nodiscard]] const World& world() const { return world_; }
    [[nodiscard]] const SimStore& store() const { return store_; }

  private:
    // Decides, commits, acts; may crash between any two of these. `acknowledge` is called once it is committed.
    void handle(PoolEvent event, const std::function<void(const Decision&)>& acknowledge = {});
    void commit(const Decision& decision);
    void act(const Decision& decision);
    void send_desired(NodeId node);
    bool crashes_here();
    void plant_before(PoolEvent& event);
    void plant_after(const PoolEvent& event, Decision& decision);
    void judge(const PoolEvent& event, const Decision& decision,
               const std::map<TaskId, std::optional<HeldCheckpoint>>& before);
    void judge_moves(const Decision& decision);
    void judge_losses(const Decision& decision);
    void judge_devices();
    void judge_attempt(const Attempt& attempt);
    void judge_completed(const PoolTask& task);
    [[nodiscard]] bool authorised(NodeId node, Fence fence) const;
    void look_at_files(NodeId node, Fence fence);
    void count_checkpoint(NodeId node, Fence fence, int step);

    SimContext& context_;
    SimStore store_;
    std::optional<SimStore> backup_;
    SimPromises promises_;
    std::set<std::pair<Fence, NodeId>> known_losses_;
    World world_;
    bool alive_ = false;
    bool full_ = false;
    bool restored_ = false;  // from a backup: nodes may run what this master does not know
    std::uint64_t run_ = 0;  // of the master
    std::uint64_t session_ = 0;
    Moment started_ = 0;
};

}  // namespace goetia
