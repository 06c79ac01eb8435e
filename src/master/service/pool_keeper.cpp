#include "master/service/pool_keeper.h"

#include <algorithm>

#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/service/shown_node.h"
#include "master/service/world_json.h"
#include "pool/forecast.h"

namespace goetia {
namespace {

constexpr std::size_t kLongestEventQueue = 100'000;
constexpr int kMostInFlight = 2;  // batches: the one that commits and the one that is made meanwhile
constexpr double kSecondsBetweenTicks = 1;
constexpr double kSecondsBetweenMoments = 5;
constexpr Moment kMomentMargin = 10 * kSecond;  // what may be missing of the stored moment

Status drawn_by(StoreTransaction& transaction) {
    GOETIA_ASSIGN([[maybe_unused]] const std::int64_t fence, transaction.next_fence());
    return {};
}

}  // namespace

PoolKeeper::PoolKeeper(Store& store, Monitor& monitor, KeeperOptions options)
    : store_(store), monitor_(monitor), options_(std::move(options)) {}

Status PoolKeeper::start() {
    GOETIA_TRY(load());
    thread_ = std::thread([this] { loop(); });
    return {};
}

void PoolKeeper::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

bool PoolKeeper::post(Event event) {
    const std::scoped_lock lock(mutex_);
    if (stopping_ || queue_.size() >= kLongestEventQueue) return false;
    queue_.push_back(std::move(event));
    if (queue_.size() == 1) changed_.notify_all();
    return true;
}

Moment PoolKeeper::moment() const { return begun_ + static_cast<Moment>((steady_seconds() - steady_begun_) * kSecond); }

void PoolKeeper::loop() {
    double ticked = steady_seconds();
    while (true) {
        std::deque<Event> events;
        bool broken = false;
        {
            std::unique_lock lock(mutex_);
            const auto ready = [this] {
                return broken_ ? in_flight_ == 0 : (stopping_ || !queue_.empty()) && in_flight_ < kMostInFlight;
            };
            changed_.wait_for(lock, std::chrono::duration<double>(kSecondsBetweenTicks), ready);
            broken = broken_ && in_flight_ == 0;
            if (stopping_ && (queue_.empty() || broken_) && in_flight_ == 0) return;
            if (!broken && (broken_ || in_flight_ >= kMostInFlight)) continue;
            if (!broken) events.swap(queue_);
        }
        if (broken) {
            recover();
            continue;
        }
        if (steady_seconds() - ticked >= kSecondsBetweenTicks) {
            ticked = steady_seconds();
            events.emplace_back([](PoolBatch& batch) { batch.apply(Ticked{}); });
        }
        if (!events.empty()) run_batch(std::move(events));
    }
}

void PoolKeeper::run_batch(std::deque<Event> events) {
    std::shared_ptr<PoolBatch> batch(new PoolBatch(*this));
    for (const Event& event : events) event(*batch);
    events_ += events.size();
    collect_rows(*batch);
    collect_desired(*batch);
    if (batch->writes_.empty() && batch->effects_.empty()) return;
    commit(std::move(batch));
}

void PoolKeeper::commit(std::shared_ptr<PoolBatch> batch) {
    {
        const std::scoped_lock lock(mutex_);
        ++in_flight_;
    }
    // What was decided after a batch that failed was decided on a world that is not so: it fails, too.
    Store::Work work = [this, batch](StoreTransaction& transaction) -> Status {
        if (failed_epoch_ == batch->epoch_)
            return make_error(Code::kUnavailable, "an earlier event was not stored; try again");
        for (const auto& write : batch->writes_) {
            Status written = write(transaction);
            if (written) continue;
            failed_epoch_ = batch->epoch_;
            return written;
        }
        return {};
    };
    store_.submit(std::move(work), [this, batch](const Status& status) { committed(batch, status); });
}

void PoolKeeper::committed(const std::shared_ptr<PoolBatch>& batch, const Status& status) {
    if (!status) {
        if (options_.log) options_.log("the store did not take an event: " + to_string(status.error()));
        failed_epoch_ = batch->epoch_;
        const std::scoped_lock lock(mutex_);
        broken_ = true;  // before anybody is told, so that whoever asks again meets the world as it is
    }
    for (const auto& effect : batch->effects_) effect(status);
    const std::scoped_lock lock(mutex_);
    --in_flight_;
    changed_.notify_all();
}

// What was decided is not what the store holds: everything is read anew, and the nodes connect again and say what they
// have.
void PoolKeeper::recover() {
    for (auto& [id, node] : nodes_) {
        if (node.socket) node.socket->close(1012, "the master reads its records anew");
    }
    const Status loaded = load();
    if (loaded) ++epoch_;
    if (!loaded && options_.log) options_.log("the store cannot be read: " + to_string(loaded.error()));
    std::unique_lock lock(mutex_);
    broken_ = !loaded;
    if (!loaded) changed_.wait_for(lock, std::chrono::duration<double>(kSecondsBetweenTicks));  // then again
}

Status PoolKeeper::load() {
    World world;
    world.policy = options_.policy;
    std::unordered_map<TaskId, TaskFacts> facts;
    std::map<NodeId, KnownNode> nodes;
    std::map<Fence, AttemptMarks> marks;
    GOETIA_ASSIGN(const LiveRows live, store_.live_rows());
    for (const NodeRow& row : live.nodes) {
        GOETIA_ASSIGN(StoredNode stored, stored_node(row));
        next_node_ = std::max(next_node_, stored.node.id + 1);
        nodes[stored.node.id] = {
            .facts = stored.facts, .heartbeats = Heartbeats(steady_seconds()), .created_at = stored.created_at};
        world.nodes[stored.node.id] = std::move(stored.node);
    }
    for (const TaskRow& row : live.tasks) {
        GOETIA_ASSIGN(StoredTask stored, stored_task(row));
        facts[stored.task.id] = std::move(stored.facts);
        world.tasks[stored.task.id] = std::move(stored.task);
    }
    for (const AttemptRow& row : live.attempts) {
        GOETIA_ASSIGN(StoredAttempt stored, stored_attempt(row));
        marks[stored.attempt.fence] = std::move(stored.marks);
        world.attempts[stored.attempt.fence] = std::move(stored.attempt);
    }
    Moment kept = 0;
    GOETIA_TRY(store_.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(const std::vector<SettingRow> settings, rows_where<SettingRow>(database, ""));
        for (const SettingRow& row : settings) {
            if (row.name == "moment") kept = row.number;
            if (row.name == "task_ids") reserved_tasks_ = static_cast<TaskId>(row.number);
            if (row.name == "node_ids") next_node_ = std::max(next_node_, static_cast<NodeId>(row.number));
            if (row.name == "fence") stored_fence_ = static_cast<Fence>(row.number);
            if (row.name.starts_with("user/")) {
                PoolUser user;
                GOETIA_ASSIGN(const Json body, parse_json(row.text, row.name));
                GOETIA_TRY(read_world_json(body, row.name, user));
                world.users[user.id] = user;
            }
            if (row.name.starts_with("like/")) {
                LikeRuns runs;
                GOETIA_ASSIGN(const Json body, parse_json(row.text, row.name));
                GOETIA_TRY(read_world_json(body, row.name, runs));
                world.like[row.name.substr(5)] = runs;
            }
        }
        return {};
    }));
    next_task_ = std::max(next_task_, reserved_tasks_ + 1);
    world.next_fence = stored_fence_ + 1;
    if (begun_ == 0) begun_ = kept + kMomentMargin, steady_begun_ = steady_seconds();
    rebuild(world);
    world_ = std::move(world);
    facts_ = std::move(facts);
    nodes_ = std::move(nodes);
    marks_ = std::move(marks);
    wanted_.clear();
    decide(world_, MasterStarted{}, moment());
    return {};
}

// Those who watch the list, or this task, once it is durable.
void PoolKeeper::tell_of(PoolBatch& batch, const PoolTask& task, const TaskFacts& facts) {
    const std::string id = task_text_id(task.id), own = "task/" + id;
    const bool in_list = monitor_.wants("tasks"), alone = monitor_.wants(own);
    if (!in_list && !alone) return;
    batch.then([this, id, own, in_list, alone, owner = facts.owner,
                shown = json_text(shown_task(task, facts, batch.wall_))](const Status& status) {
        if (status && in_list) monitor_.publish("tasks", "upsert", id, shown, owner);
        if (status && alone) monitor_.publish(own, "upsert", id, shown, owner);
    });
}

// When it should end: kept with the task, so that lists show it without asking the pool.
void PoolKeeper::foresee(const PoolBatch& batch, const PoolTask& task, TaskFacts& facts) const {
    facts.ends_at = 0;
    if (task.fence == 0) facts.phase.clear();  // it has no attempt
    const bool goes_on = task.state == TaskState::kRunning || task.state == TaskState::kDispatching;
    const auto left = goes_on && !task.noop ? remaining_of(world_, task, batch.now_) : std::nullopt;
    if (!left) return;
    facts.ends_at = batch.wall_ + static_cast<double>(*left) / kSecond;
    facts.ends_like_others = task.progress.step <= task.progress.first_step;
}

void PoolKeeper::collect_rows(PoolBatch& batch) {
    const double wall = batch.wall_;
    std::vector<TaskRow> tasks;
    std::vector<AttemptRow> attempts;
    for (const TaskId id : batch.tasks_) {
        const auto found = world_.tasks.find(id);
        if (found == world_.tasks.end()) continue;  // it is among the finished ones
        TaskFacts& facts = facts_[id];
        foresee(batch, found->second, facts);
        ++facts.version;
        tasks.push_back(task_row(found->second, facts, wall));
        tell_of(batch, found->second, facts);
    }
    for (auto& [task, facts] : batch.finished_) {
        if (world_.tasks.contains(task.id)) continue;  // it was resumed or retried since
        ++facts.version;
        tasks.push_back(task_row(task, facts, wall));
        tell_of(batch, task, facts);
    }
    for (const Fence fence : batch.attempts_) {
        const auto found = world_.attempts.find(fence);
        if (found != world_.attempts.end()) attempts.push_back(attempt_row(found->second, marks_[fence], true, wall));
    }
    for (const Attempt& attempt : batch.ended_) {
        attempts.push_back(attempt_row(attempt, marks_[attempt.fence], false, wall));
        marks_.erase(attempt.fence);
        for (const AttemptPart& part : attempt.parts) wanted_.erase({attempt.fence, part.node});
    }
    std::vector<NodeRow> nodes;
    for (const NodeId id : batch.changed_nodes_) {
        const auto found = world_.nodes.find(id);
        if (found == world_.nodes.end()) continue;
        const KnownNode& known = nodes_[id];
        const std::string state(name_of(state_of(found->second, world_.policy, batch.now_)));
        nodes.push_back(node_row(found->second, state, known.facts ? *known.facts : Json(), known.created_at, wall));
        if (!monitor_.wants("nodes")) continue;
        batch.then([this, id, shown = json_text(shown_node(batch, found->second))](const Status& status) {
            if (status) monitor_.publish("nodes", "upsert", std::to_string(id), shown, kEverybodys);
        });
    }
    std::vector<SettingRow> settings;
    for (const UserId id : batch.users_) {
        const auto found = world_.users.find(id);
        if (found != world_.users.end())
            settings.push_back({"user/" + std::to_string(id), 0, json_text(world_json(found->second))});
    }
    for (const std::string& name : batch.like_)
        settings.push_back({"like/" + name, 0, json_text(world_json(world_.like[name]))});
    const bool moment_due = steady_seconds() - kept_moment_ >= kSecondsBetweenMoments;
    const bool any = !tasks.empty() || !attempts.empty() || !nodes.empty() || !settings.empty();
    if (moment_due && any) {
        kept_moment_ = steady_seconds();
        settings.push_back({"moment", batch.now_, ""});
    }
    const Fence drawn = world_.next_fence - 1;
    const Fence before = stored_fence_;
    stored_fence_ = std::max(stored_fence_, drawn);
    if (!any && drawn == before) return;
    const auto removed = batch.removed_;
    batch.write([tasks = std::move(tasks), attempts = std::move(attempts), nodes = std::move(nodes),
                 settings = std::move(settings), removed, before, drawn](StoreTransaction& transaction) -> Status {
        for (Fence i = before; i < drawn; ++i) GOETIA_TRY(drawn_by(transaction));
        for (const TaskRow& row : tasks) GOETIA_TRY(transaction.put(row));
        for (const AttemptRow& row : attempts) GOETIA_TRY(transaction.put(row));
        for (const NodeRow& row : nodes) GOETIA_TRY(transaction.put(row));
        for (const SettingRow& row : settings) GOETIA_TRY(transaction.put(row));
        for (const NodeId id : removed)
            GOETIA_TRY(transaction.sql().run("DELETE FROM nodes WHERE id = $1", {std::to_string(id)}));
        return {};
    });
}

}  // namespace goetia
