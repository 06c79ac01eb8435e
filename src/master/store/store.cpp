#include "master/store/store.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/store/migrations.h"
#include "master/store/store_identity.h"
#include "master/store/work_queue.h"

namespace goetia {
namespace {

std::string audit_hash(const std::string& before, const AuditRow& row) {
    return sha256_hex(json_text(Json{before, row.number, row.time, row.actor, row.action, row.subject, row.detail}));
}

ListTable::Values listed_values(const TaskRow& row) {
    return {{"state", row.state},           {"name", row.name},
            {"owner", row.owner},           {"priority", static_cast<double>(row.priority)},
            {"experiment", row.experiment}, {"sweep", row.sweep},
            {"created_at", row.created_at}, {"updated_at", row.updated_at}};
}

ListTable::Values listed_values(const ExperimentRow& row) {
    ListTable::Values values{{"state", row.state},
                             {"name", row.name},
                             {"task", row.task},
                             {"owner", row.owner},
                             {"created_at", row.created_at},
                             {"updated_at", row.updated_at},
                             {"archived", std::string(row.archived ? "true" : "false")}};
    if (row.ancestor.empty()) values.emplace_back("ancestor", std::monostate());
    else values.emplace_back("ancestor", row.ancestor);
    const auto tags = parse_json(row.tags, "tags");
    const std::size_t before = values.size();
    if (tags && tags->is_array()) {
        for (const Json& tag : *tags)
            if (tag.is_string()) values.emplace_back("tag", tag.get<std::string>());
    }
    if (values.size() == before) values.emplace_back("tag", std::monostate());
    return values;
}

// The connections for reading: as many as read at the same time, kept for the next ones.
class Readers {
  public:
    explicit Readers(std::string url) : url_(std::move(url)) {}

    Status read(const std::function<Status(SqlConnection&)>& work) {
        std::unique_ptr<SqlConnection> connection;
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) connection = std::move(idle_.back()), idle_.pop_back();
        }
        if (!connection) {
            GOETIA_ASSIGN(connection, open_database(url_, SqlAccess::kRead));
        }
        Status done = work(*connection);
        if (!done && connection->is_lost() && connection->reconnect()) done = work(*connection);
        if (!connection->is_lost()) {
            const std::lock_guard lock(mutex_);
            if (idle_.size() < kMostIdle) idle_.push_back(std::move(connection));
        }
        return done;
    }

  private:
    static constexpr std::size_t kMostIdle = 8;
    std::string url_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<SqlConnection>> idle_;
};

class SqlStore final : public Store, private WorkRunner {
  public:
    SqlStore(const StoreOptions& options, std::string url)
        : options_(options), url_(std::move(url)), file_(options.data / "store.json"), readers_(url_) {}

    Status begin() {
        GOETIA_ASSIGN(database_, open_database(url_, SqlAccess::kWrite));
        GOETIA_TRY(database_->take_as_writer());
        GOETIA_TRY(migrate(*database_));
        GOETIA_TRY(settle());
        GOETIA_TRY(fill_lists());
        GOETIA_TRY(
            database_->query("SELECT hash, number FROM audit ORDER BY number DESC LIMIT 1", {}, [&](const SqlRow& row) {
                audit_hash_ = row.text(0);
                audit_number_ = row.integer(1);
            }));
        std::int64_t group = 0;
        GOETIA_TRY(database_->query("SELECT number FROM settings WHERE name = 'group'", {},
                                    [&](const SqlRow& row) { group = row.integer(0); }));
        queue_ =
            std::make_unique<WorkQueue>(static_cast<WorkRunner&>(*this), *database_, group, options_.retry_seconds);
        return {};
    }

    void submit(Work work, OnDone done) override { queue_->submit(std::move(work), std::move(done)); }
    [[nodiscard]] std::size_t waiting() const override { return queue_->waiting(); }
    Status read(const std::function<Status(SqlConnection&)>& work) override { return readers_.read(work); }
    [[nodiscard]] const ListTable& tasks() const override { return tasks_; }
    [[nodiscard]] const ListTable& experiments() const override { return experiments_; }
    [[nodiscard]] StoreOrigin origin() const override { return origin_; }
    [[nodiscard]] std::int64_t generation() const override { return generation_.load(); }

    Status raise_to(std::int64_t generation, std::int64_t fence) override {
        return write([this, generation, fence](StoreTransaction&) -> Status {
            StoreIdentity raised = identity_;
            raised.generation = std::max(raised.generation, generation);
            raised.fence = std::max(raised.fence, fence);
            if (raised == identity_) return {};
            GOETIA_TRY(reserve_fences(raised.fence, raised.generation));
            GOETIA_TRY(write_identity(*database_, raised));
            identity_ = raised;
            generation_ = raised.generation;
            return {};
        });
    }

  private:
    class Event;

    Status settle() {
        GOETIA_ASSIGN(const StoreIdentity file, read_identity_file(file_));
        GOETIA_ASSIGN(const StoreIdentity database, read_identity(*database_));
        GOETIA_ASSIGN(const std::string fresh, random_id());
        SettledIdentity settled = settle_identity(database, file, fresh);
        origin_ = settled.origin;
        identity_ = settled.identity;
        reserved_ = file.fence;
        // The database comes first: killed in between, it is ahead of the file, which is no sign of a backup.
        GOETIA_TRY(database_->script("BEGIN"));
        GOETIA_TRY(write_identity(*database_, identity_));
        GOETIA_TRY(database_->script("COMMIT"));
        GOETIA_TRY(reserve_fences(identity_.fence, identity_.generation));
        generation_ = identity_.generation;
        return {};
    }

    // The file comes first: whatever the database draws after this is below what the file says.
    Status reserve_fences(std::int64_t fence, std::int64_t generation) {
        constexpr std::int64_t kAtOnce = 10'000;
        const std::int64_t reserved = std::max(reserved_, fence + kAtOnce);
        GOETIA_TRY(write_identity_file(file_, {identity_.id, generation, reserved}));
        reserved_ = reserved;
        return {};
    }

    Status fill_lists() {
        GOETIA_TRY(
            each_row<TaskRow>(*database_, "", {}, [&](const TaskRow& row) { tasks_.put(row.id, listed_values(row)); }));
        GOETIA_TRY(each_row<ExperimentRow>(
            *database_, "", {}, [&](const ExperimentRow& row) { experiments_.put(row.id, listed_values(row)); }));
        GOETIA_TRY(each_row<ExperimentConfigRow>(*database_, "", {}, [&](const ExperimentConfigRow& row) {
            experiments_.put_text(row.experiment, "config.", row.fields);
        }));
        return each_row<ExperimentMetricsRow>(*database_, "", {}, [&](const ExperimentMetricsRow& row) {
            experiments_.put_text(row.experiment, "metrics.", row.fields);
        });
    }

    // Of the queue, on its thread.
    Status run(const Work& work, std::vector<std::function<void()>>& then) override;
    void begin_group() override { kept_ = {identity_.fence, audit_number_, audit_hash_}; }
    void undo_group() override {
        identity_.fence = kept_.fence, audit_number_ = kept_.audit_number, audit_hash_ = kept_.audit_hash;
    }

    struct Counters {
        std::int64_t fence = 0, audit_number = 0;
        std::string audit_hash;
    };

    StoreOptions options_;
    std::string url_;
    std::filesystem::path file_;
    Readers readers_;
    std::unique_ptr<SqlConnection> database_;
    ListTable tasks_, experiments_;
    StoreOrigin origin_ = StoreOrigin::kNew;
    StoreIdentity identity_;
    std::atomic<std::int64_t> generation_ = 0;
    std::int64_t reserved_ = 0;  // no fence above it is drawn
    std::int64_t audit_number_ = 0;
    std::string audit_hash_;            // of the newest row
    Counters kept_;                     // before the group under way
    std::unique_ptr<WorkQueue> queue_;  // destroyed first: it completes what was submitted
};

class SqlStore::Event final : public StoreTransaction {
  public:
    Event(SqlStore& store, std::vector<std::function<void()>>& then) : store_(store), then_(then) {}

    Result<std::int64_t> next_fence() override {
        if (store_.identity_.fence + 1 > store_.reserved_)
            GOETIA_TRY(store_.reserve_fences(store_.identity_.fence + 1, store_.identity_.generation));
        GOETIA_TRY(store_.database_->run("UPDATE settings SET number = $1 WHERE name = 'fence'",
                                         {store_.identity_.fence + 1}));
        return ++store_.identity_.fence;
    }

    Status audit(AuditRow row) override {
        row.number = store_.audit_number_ + 1;
        row.hash = audit_hash(store_.audit_hash_, row);
        GOETIA_TRY(put_row(*store_.database_, row));
        store_.audit_number_ = row.number;
        store_.audit_hash_ = std::move(row.hash);
        return {};
    }

    SqlConnection& sql() override { return *store_.database_; }

  protected:
    void after_commit(std::function<void()> then) override { then_.push_back(std::move(then)); }
    ListTable& tasks() override { return store_.tasks_; }
    ListTable& experiments() override { return store_.experiments_; }

  private:
    SqlStore& store_;
    std::vector<std::function<void()>>& then_;
};

// A piece of work that fails leaves the counters as they were.
Status SqlStore::run(const Work& work, std::vector<std::function<void()>>& then) {
    const Counters before{identity_.fence, audit_number_, audit_hash_};
    Event event(*this, then);
    Status done = work(event);
    if (!done) identity_.fence = before.fence, audit_number_ = before.audit_number, audit_hash_ = before.audit_hash;
    return done;
}

}  // namespace

std::string_view store_origin_sentence(StoreOrigin origin) {
    switch (origin) {
        case StoreOrigin::kNew: return "the database is new";
        case StoreOrigin::kSame: return "the database is the one of the last start";
        case StoreOrigin::kRestored:
            return "the database is older than at the last start: it was restored from a backup, and what came after "
                   "that is missing";
        case StoreOrigin::kReplaced:
            return "the database is not the one of the last start: it was lost or exchanged, and what it held is "
                   "missing";
        case StoreOrigin::kAdopted:
            return "the database has a history, but this data folder has not: files that it names may be missing";
    }
    return "";
}

Status StoreTransaction::put(const TaskRow& row) {
    GOETIA_TRY(put_row(sql(), row));
    after_commit([&list = tasks(), row] { list.put(row.id, listed_values(row)); });
    return {};
}

Status StoreTransaction::put(const ExperimentRow& row) {
    GOETIA_TRY(put_row(sql(), row));
    after_commit([&list = experiments(), row] { list.put(row.id, listed_values(row)); });
    return {};
}

Status StoreTransaction::put(const ExperimentConfigRow& row) {
    GOETIA_TRY(put_row(sql(), row));
    after_commit([&list = experiments(), row] { list.put_text(row.experiment, "config.", row.fields); });
    return {};
}

Status StoreTransaction::put(const ExperimentMetricsRow& row) {
    GOETIA_TRY(put_row(sql(), row));
    after_commit([&list = experiments(), row] { list.put_text(row.experiment, "metrics.", row.fields); });
    return {};
}

Status StoreTransaction::erase_experiment(const std::string& id) {
    GOETIA_TRY(sql().run("DELETE FROM artifacts WHERE experiment = $1", {id}));
    GOETIA_TRY(sql().run("DELETE FROM experiment_metrics WHERE experiment = $1", {id}));
    GOETIA_TRY(sql().run("DELETE FROM experiment_configs WHERE experiment = $1", {id}));
    GOETIA_TRY(sql().run("DELETE FROM experiments WHERE id = $1", {id}));
    after_commit([&list = experiments(), id] { list.erase(id); });
    return {};
}

Status StoreTransaction::erase_task(const std::string& id) {
    GOETIA_TRY(sql().run("DELETE FROM streams WHERE fence IN (SELECT fence FROM attempts WHERE task = $1)", {id}));
    GOETIA_TRY(sql().run("DELETE FROM attempts WHERE task = $1", {id}));
    GOETIA_TRY(sql().run("DELETE FROM task_sources WHERE task = $1", {id}));
    GOETIA_TRY(sql().run("DELETE FROM tasks WHERE id = $1", {id}));
    after_commit([&list = tasks(), id] { list.erase(id); });
    return {};
}

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options) {
    GOETIA_TRY(make_folders(options.data));
    const std::string url = options.url.empty() ? "sqlite://" + (options.data / "goetia.db").string() : options.url;
    auto store = std::make_unique<SqlStore>(options, url);
    GOETIA_TRY(store->begin());
    return std::unique_ptr<Store>(std::move(store));
}

Status Store::write(Work work) {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<Status> outcome;
    submit(std::move(work), [&](Status done) {
        const std::lock_guard lock(mutex);
        outcome = std::move(done);
        changed.notify_one();
    });
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return outcome.has_value(); });
    return *std::move(outcome);
}

Result<LiveRows> Store::live_rows() {
    LiveRows live;
    GOETIA_TRY(read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(live.tasks, rows_where<TaskRow>(database, " WHERE is_live = 1 ORDER BY created_at, id"));
        GOETIA_ASSIGN(live.attempts, rows_where<AttemptRow>(database, " WHERE is_live = 1 ORDER BY fence"));
        GOETIA_ASSIGN(live.nodes, rows_where<NodeRow>(database, " ORDER BY id"));
        return {};
    }));
    return live;
}

Result<std::int64_t> Store::first_broken_audit() {
    std::int64_t broken = 0, expected = 1;
    std::string before;
    GOETIA_TRY(read([&](SqlConnection& database) {
        return each_row<AuditRow>(database, " ORDER BY number", {}, [&](const AuditRow& row) {
            if (broken == 0 && (row.number != expected || row.hash != audit_hash(before, row))) broken = expected;
            before = row.hash;
            ++expected;
        });
    }));
    return broken;
}

const ListFields& experiment_list_fields() {
    static const ListFields kFields{
        {"id", "name", "state", "task", "owner", "tag", "created_at", "updated_at", "archived", "ancestor"},
        {"metrics.", "config."}};
    return kFields;
}

const ListFields& task_list_fields() {
    static const ListFields kFields{
        {"id", "name", "state", "owner", "priority", "experiment", "sweep", "created_at", "updated_at"}, {}};
    return kFields;
}

}  // namespace goetia
