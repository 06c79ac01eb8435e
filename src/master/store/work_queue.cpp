#include "master/store/work_queue.h"

#include <algorithm>
#include <chrono>

#include "base/clock.h"

namespace goetia {
namespace {

constexpr std::size_t kMostInGroup = 512;

}  // namespace

WorkQueue::WorkQueue(WorkRunner& runner, SqlConnection& database, std::int64_t group, double retry_seconds)
    : runner_(runner), database_(database), retry_seconds_(retry_seconds), group_(group), thread_([this] { loop(); }) {}

WorkQueue::~WorkQueue() {
    {
        const std::lock_guard lock(mutex_);
        is_closing_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void WorkQueue::submit(Store::Work work, Store::OnDone done) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back({std::move(work), std::move(done), {}, {}});
    }
    changed_.notify_one();
}

void WorkQueue::loop() {
    for (;;) {
        std::vector<Submitted> group;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return !waiting_.empty() || is_closing_; });
            if (waiting_.empty()) return;
            while (!waiting_.empty() && group.size() < kMostInGroup) {
                group.push_back(std::move(waiting_.front()));
                waiting_.pop_front();
            }
        }
        run_group(group);
        for (Submitted& one : group) {
            for (const auto& then : one.then) {
                if (one.status) then();
            }
            one.done(std::move(one.status));
        }
    }
}

// A lost connection is tried again; whether the commit had arrived is read from the database, so nothing is done twice.
void WorkQueue::run_group(std::vector<Submitted>& group) {
    const double until = steady_seconds() + retry_seconds_;
    runner_.begin_group();
    ++group_;
    Status done = try_group(group);
    while (!done && database_.is_lost() && wait_for_database(until)) {
        const auto committed = is_committed();
        if (committed && *committed) return;
        if (!committed) continue;
        runner_.undo_group();
        done = try_group(group);
    }
    if (done) return;
    runner_.undo_group();
    for (Submitted& one : group) {
        if (one.status) one.status = done;
    }
}

Status WorkQueue::try_group(std::vector<Submitted>& group) {
    GOETIA_TRY(database_.script(database_.engine() == SqlEngine::kSqlite ? "BEGIN IMMEDIATE" : "BEGIN"));
    Status done;
    for (Submitted& one : group) {
        done = run_one(one);
        if (!done) break;
    }
    if (done)
        done = database_.run(
            "INSERT INTO settings (name, number, text) VALUES ('group', $1, '') "
            "ON CONFLICT (name) DO UPDATE SET number = excluded.number",
            {group_});
    if (done) done = database_.script("COMMIT");
    if (!done && !database_.is_lost()) {
        // SQLite ends the transaction by itself when its disk is full; then there is nothing to undo.
        const Status undone = database_.script("ROLLBACK");
        static_cast<void>(undone);
    }
    return done;
}

// An error is one of the whole group; that of the work alone is in `one.status`.
Status WorkQueue::run_one(Submitted& one) {
    GOETIA_TRY(database_.script("SAVEPOINT event"));
    one.then.clear();
    one.status = runner_.run(one.work, one.then);
    if (database_.is_lost()) return make_error(Code::kUnavailable, "the connection to the database was lost");
    if (!one.status) {
        // Where the engine gave up the whole transaction, the error is that of everybody in it.
        if (const Status undone = database_.script("ROLLBACK TO SAVEPOINT event"); !undone) return one.status;
    }
    return database_.script("RELEASE SAVEPOINT event");
}

Result<bool> WorkQueue::is_committed() {
    std::int64_t newest = 0;
    GOETIA_TRY(database_.query("SELECT number FROM settings WHERE name = 'group'", {},
                               [&](const SqlRow& row) { newest = row.integer(0); }));
    return newest == group_;
}

bool WorkQueue::wait_for_database(double until) {
    constexpr double kBetween = 0.25;
    for (;;) {
        if (database_.reconnect()) return true;
        const double left = until - steady_seconds();
        if (left <= 0) return false;
        std::this_thread::sleep_for(std::chrono::duration<double>(std::min(left, kBetween)));
    }
}

}  // namespace goetia
