// The pool's world and the store together: what happens is an event on one thread, which decides and stores. Everything
// that came in meanwhile is one durable transaction; what follows outside (answers, documents for the nodes) follows
// its commit.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>

#include "base/signature.h"
#include "master/service/attempt_marks.h"
#include "master/service/heartbeats.h"
#include "master/service/monitor.h"
#include "master/service/task_facts.h"
#include "master/store/store.h"
#include "pool/decide.h"

namespace goetia {

// What the keeper knows of a node beside the pool's world.
struct KnownNode {
    std::shared_ptr<const Json> facts;
    std::optional<NodeUse> use;
    Heartbeats heartbeats;
    double created_at = 0;
    std::shared_ptr<WebSocket> socket;  // of its session; null: not connected
    int displaced = 0;        // times that a new connection took the place of an open one, one soon after another
    double displaced_at = 0;  // steady time of the last one
    WantedObject update;      // the agent's program that it is to become; no hash: as it is
};

struct KeeperOptions {
    PoolPolicy policy;
    std::string secret;                     // from which the ranks' secrets follow
    std::shared_ptr<const SigningKey> key;  // with which agents know what they may run
    // The bundle for a node that has only these LibTorchs of its own.
    std::function<std::optional<WantedObject>(const std::string& needed, const std::vector<std::string>& own)>
        runtime_for;
    std::function<void(const std::string& line)> log;
};

class PoolBatch;

class PoolKeeper {
  public:
    using Event = std::function<void(PoolBatch&)>;

    PoolKeeper(Store& store, Monitor& monitor, KeeperOptions options);
    ~PoolKeeper() { stop(); }
    PoolKeeper(const PoolKeeper&) = delete;
    PoolKeeper& operator=(const PoolKeeper&) = delete;

    // Builds the world from the store and starts the thread.
    Status start();
    void stop();  // completes what was posted

    // False after stop(), or when too much waits.
    bool post(Event event);
    [[nodiscard]] std::uint64_t events() const { return events_; }
    [[nodiscard]] std::size_t waiting() const {
        const std::scoped_lock lock(mutex_);
        return queue_.size();
    }

  private:
    friend class PoolBatch;

    void loop();
    void run_batch(std::deque<Event> events);
    void commit(std::shared_ptr<PoolBatch> batch);
    void committed(const std::shared_ptr<PoolBatch>& batch, const Status& status);
    Status load();
    void recover();
    [[nodiscard]] Moment moment() const;
    void collect_rows(PoolBatch& batch);
    void tell_of(PoolBatch& batch, const PoolTask& task, const TaskFacts& facts);
    void collect_desired(PoolBatch& batch);
    std::string desired_text(const PoolNode& node);
    const std::string& wanted_text(const Attempt& attempt, const AttemptPart& part);
    void follow_moves(PoolBatch& batch, const Decision& decision);
    void foresee(const PoolBatch& batch, const PoolTask& task, TaskFacts& facts) const;
    void show_phase(PoolBatch& batch, const Attempt& attempt);
    void mark_phases(PoolBatch& batch, const Attempt& attempt);

    Store& store_;
    Monitor& monitor_;
    KeeperOptions options_;

    // Touched on the keeper's thread only.
    World world_;
    std::unordered_map<TaskId, TaskFacts> facts_;
    std::map<NodeId, KnownNode> nodes_;
    std::map<Fence, AttemptMarks> marks_;  // of those whose rows may still be written
    TaskId next_task_ = 1, reserved_tasks_ = 0;
    NodeId next_node_ = 1;
    std::uint64_t sessions_ = 0;
    Fence stored_fence_ = 0;  // no larger one is drawn yet by the store
    int epoch_ = 0;           // rises when the world is read anew
    Moment begun_ = 0;        // the moment at which this start began
    double steady_begun_ = 0;
    double kept_moment_ = 0;  // steady time of the last time that the moment was stored
    struct WantedText {
        Wish wish = Wish::kRun;
        std::uint64_t wish_number = 0;
        std::string text;
    };
    std::map<std::pair<Fence, NodeId>, WantedText> wanted_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Event> queue_;
    int in_flight_ = 0;    // batches that the store has
    bool broken_ = false;  // one of them failed: the world is not what the store holds
    bool stopping_ = false;
    std::atomic<int> failed_epoch_{-1};  // one of its batches failed
    std::atomic<std::uint64_t> events_{0};
    std::thread thread_;
};

// What an event may do. Valid during the event, on the keeper's thread.
class PoolBatch {
  public:
    // Lets the pool decide; what it decides is stored with the batch.
    Decision apply(const PoolEvent& event);
    // Further rows and audit rows of the event.
    void write(std::function<Status(StoreTransaction&)> write) { writes_.push_back(std::move(write)); }
    void audit(const std::string& actor, const std::string& action, const std::string& subject,
               const std::string& detail = "");
    // Called when everything up to here is durable, or with the error when it is not; on the store's thread.
    void then(std::function<void(const Status&)> effect) { effects_.push_back(std::move(effect)); }
    // Sends the node its desired document with this batch, also when the pool does not ask for it.
    void renew(NodeId node) { desired_.insert(node); }
    void touch(TaskId task) { tasks_.insert(task); }  // its facts changed

    [[nodiscard]] const World& world() const { return keeper_.world_; }
    [[nodiscard]] std::unordered_map<TaskId, TaskFacts>& facts() { return keeper_.facts_; }
    [[nodiscard]] std::map<NodeId, KnownNode>& nodes() { return keeper_.nodes_; }
    [[nodiscard]] Moment now() const { return now_; }
    [[nodiscard]] double wall() const { return wall_; }
    TaskId draw_task();
    NodeId draw_node() { return keeper_.next_node_++; }
    std::uint64_t draw_session();

  private:
    friend class PoolKeeper;
    explicit PoolBatch(PoolKeeper& keeper);

    PoolKeeper& keeper_;
    int epoch_;
    Moment now_;
    double wall_;
    std::set<TaskId> tasks_;
    std::set<Fence> attempts_;
    std::set<NodeId> changed_nodes_, desired_, removed_;
    std::set<UserId> users_;
    std::set<std::string> like_;
    std::vector<std::pair<PoolTask, TaskFacts>> finished_;
    std::vector<Attempt> ended_;
    std::vector<std::function<Status(StoreTransaction&)>> writes_;
    std::vector<std::function<void(const Status&)>> effects_;
};

}  // namespace goetia
