// The master's records: users, nodes, tasks, attempts, experiments ... in one database, SQLite or PostgreSQL.
//
// One event is one piece of work: its changes and its audit rows are committed together, or none of them. A thread of
// the store runs them in order, many in one durable transaction, and reports each only when it is on the disk. Reads
// have connections of their own and never wait for it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "master/store/list_table.h"
#include "master/store/row_sql.h"

namespace goetia {

struct StoreOptions {
    std::filesystem::path data;  // DATA: the folder of the master
    std::string url;             // of the database; empty: sqlite in DATA
    double retry_seconds = 30;   // how long a lost connection is tried again before a piece of work fails
};

// How the database compares with what DATA/store.json says of it. Everything but kSame and kNew is worth a warning:
// what came after the backup is known only to the experiments' folders and the nodes.
enum class StoreOrigin {
    kNew,       // both were created now
    kSame,      // the database that was here at the last start
    kRestored,  // the same at an earlier time: restored from a backup
    kReplaced,  // another one, or an empty one in its place
    kAdopted,   // a database with a history, in a folder without one
};
std::string_view store_origin_sentence(StoreOrigin origin);

// The changes of one event. Valid during the work that receives it.
class StoreTransaction {
  public:
    virtual ~StoreTransaction() = default;

    template <class Row>
    Status put(const Row& row) {
        return put_row(sql(), row);
    }
    Status put(const TaskRow& row);
    Status put(const ExperimentRow& row);
    Status put(const ExperimentConfigRow& row);
    Status put(const ExperimentMetricsRow& row);
    // With its config, metrics, artifacts; its folder is the caller's.
    Status erase_experiment(const std::string& id);
    Status erase_task(const std::string& id);

    // One rising number for the whole master; higher than any drawn before, also by a database that was lost.
    virtual Result<std::int64_t> next_fence() = 0;
    // Appends to the audit chain; `number` and `hash` are the store's.
    virtual Status audit(AuditRow row) = 0;
    // For other reads and changes.
    virtual SqlConnection& sql() = 0;

  protected:
    // Called when the event is committed, to bring the lists up to date.
    virtual void after_commit(std::function<void()> then) = 0;
    virtual ListTable& tasks() = 0;
    virtual ListTable& experiments() = 0;
};

// What the master needs in memory to go on after its start.
struct LiveRows {
    std::vector<TaskRow> tasks;        // not yet at their end
    std::vector<AttemptRow> attempts;  // the same
    std::vector<NodeRow> nodes;
};

class Store {
  public:
    // A piece of work may run again after a lost connection: it changes nothing but the transaction.
    using Work = std::function<Status(StoreTransaction&)>;
    using OnDone = std::function<void(Status)>;  // on the store's thread

    // Connects, applies migrations, and fills the lists.
    static Result<std::unique_ptr<Store>> open(const StoreOptions& options);
    virtual ~Store() = default;  // completes what was submitted

    virtual void submit(Work work, OnDone done) = 0;
    [[nodiscard]] virtual std::size_t waiting() const = 0;  // pieces of work that were submitted and are not begun
    Status write(Work work);                                // submits it and waits
    // Runs on a connection for reading.
    virtual Status read(const std::function<Status(SqlConnection&)>& work) = 0;
    Result<LiveRows> live_rows();
    // Kept current with every commit: fields state, name, task, owner, tag, created_at, updated_at, metrics.NAME
    // (.best, .last, .step) and config.KEY of experiments; state, name, owner, priority, experiment ... of tasks.
    [[nodiscard]] virtual const ListTable& tasks() const = 0;
    [[nodiscard]] virtual const ListTable& experiments() const = 0;

    [[nodiscard]] virtual StoreOrigin origin() const = 0;
    // Rises with every start and never falls, whatever was restored; agents refuse a master with a lower one.
    [[nodiscard]] virtual std::int64_t generation() const = 0;
    // When a node reports a higher generation or fence than this store knows, the records were lost: both are raised.
    virtual Status raise_to(std::int64_t generation, std::int64_t fence) = 0;
    // The number of the first audit row that does not follow from the one before; 0: the chain is intact.
    Result<std::int64_t> first_broken_audit();
};

const ListFields& experiment_list_fields();
const ListFields& task_list_fields();

}  // namespace goetia
