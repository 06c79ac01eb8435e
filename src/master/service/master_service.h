// What the master does, without HTTP: tasks, nodes, and the agents' side, over the pool's decisions and the store.
// Functions with a callback answer from another thread once the change is durable; the others read, and may wait for
// the disk.
#pragma once

#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "master/objects/object_store.h"
#include "master/objects/stream_store.h"
#include "master/packages/own_bundle.h"
#include "master/service/credentials.h"
#include "master/service/join_tokens.h"
#include "master/service/journal_progress.h"
#include "master/service/live_log.h"
#include "master/service/master_figures.h"
#include "master/service/monitor.h"
#include "master/service/on_result.h"
#include "master/service/pending_keys.h"
#include "master/service/pool_keeper.h"
#include "master/service/stream_tickets.h"
#include "master/store/store.h"
#include "net/work_pool.h"
#include "pool/why.h"

namespace goetia {

struct ServiceOptions {
    std::filesystem::path data;
    std::filesystem::path programs;  // bin/ of the installation whose runtime nodes are sent; empty: none
    std::string database;            // empty: SQLite in `data`
    PoolPolicy policy;
    std::vector<std::filesystem::path> data_sets = {};  // folders whose data sets may be registered
    std::function<void(const std::string& line)> log;
};

struct TaskRequest {
    std::string name;
    PoolTask task;                       // needs, limits, priority, noop
    WantedAttempt wanted;                // package, runtime, data, limits
    std::shared_ptr<const Json> config;  // the resolved document; holds null: none
    std::shared_ptr<const Json> source;  // what it was made from (tasks/task_source.h); null: nothing is kept
    std::shared_ptr<const Json> from;    // {"task" or "experiment": ID, ...} that it continues; null: nothing
};

// What is queued at once, all of it or nothing: one task, or the jobs of a sweep.
struct Submission {
    std::vector<TaskRequest> tasks;
    bool is_sweep = false;
    std::string name;                    // of the sweep
    std::shared_ptr<const Json> source;  // of the sweep
    std::string key;                     // the caller's Idempotency-Key; empty: none
    std::string digest;                  // of the request, so that a key is not used for another
};

struct NodeToken {
    std::string id, token;
    double expires_at = 0;
};

// What is to be otherwise; what is not there stays.
struct NodeChange {
    std::optional<std::string> name;
    std::optional<std::set<std::string>> labels;  // "key=value"
    std::optional<double> price;                  // per hour
};

struct EnrolledNode {
    std::string id, secret;
    std::string signing_key;  // the public half: what the node runs must carry a signature of it
};

class PackageInspector;  // master/packages/package_inspector.h

class MasterService {
  public:
    static Result<std::unique_ptr<MasterService>> open(ServiceOptions options);
    ~MasterService();
    void stop();  // completes what has begun

    // Tasks. Those of others are to a caller as if they were not there (ownership.h).
    // Answers the task, or {"id", "name", "tasks"} of a sweep.
    void submit(const Caller& caller, Submission submission, OnResult<Json> done);
    // `version`: only if that is the task's; an error whose fault has the path "If-Match" says that it is not.
    void control(const Caller& caller, TaskId id, TaskAction action, std::optional<std::int64_t> version,
                 OnResult<Json> done);
    // Each of these tasks that allows it; answers [{"id", "state"} or {"id", "refused"}].
    void control_all(const Caller& caller, std::vector<TaskId> ids, TaskAction action, OnResult<Json> done);
    void rename(const Caller& caller, TaskId id, const std::string& name, OnResult<Json> done);
    void erase(const Caller& caller, TaskId id, OnResult<Json> done);
    void why(const Caller& caller, TaskId id, OnResult<Json> done);
    // The same of a task that is not submitted.
    void forecast(const Caller& caller, PoolTask task, OnResult<Json> done);
    Result<Json> task(const Caller& caller, TaskId id);
    Result<ListPage> list_tasks(const Caller& caller, ListQuery query);
    // The bytes of a log of its newest attempt from `offset` on, at most `most`.
    Result<std::string> log_of(const Caller& caller, TaskId id, const std::string& stream, std::int64_t offset,
                               std::int64_t most);
    // All of it as it is now.
    Result<FileSlice> log_file(const Caller& caller, TaskId id, const std::string& stream);

    // Nodes.
    void nodes(OnResult<std::vector<Json>> done);
    void node(NodeId id, OnResult<Json> done);
    void drain(const Caller& caller, NodeId id, bool drain, OnResult<Json> done);
    // Its name, the labels that are given here, its price; kept over restarts.
    void change_node(const Caller& caller, NodeId id, const NodeChange& change, OnResult<Json> done);
    // Has the node's agent become this program, which is there already.
    void update_agent(const Caller& caller, NodeId id, const WantedObject& program, OnResult<Json> done);
    void remove(const Caller& caller, NodeId id, OnResult<Json> done);  // revokes its secret too
    void create_token(const Caller& caller, const std::string& name, double seconds, OnResult<NodeToken> done);
    // What is known of them but the secrets, which are stored nowhere.
    Result<std::vector<Json>> node_tokens();
    // kWrongState: it was used, and what came of it is a node.
    void revoke_token(const Caller& caller, const std::string& id, OnResult<Json> done);
    void enrol(const std::string& token, const std::string& name, OnResult<EnrolledNode> done);

    // The agents' side.
    void open_session(NodeId node, const std::shared_ptr<WebSocket>& socket);
    Result<AppendAnswer> append(NodeId node, const AppendRequest& request, std::string_view bytes);
    Result<ObjectAnswer> put_object(NodeId node, const ObjectChunk& chunk, std::string_view bytes);
    // Whether an attempt that the node is to hold needs the object; others are not shown to it.
    Result<bool> may_fetch(NodeId node, const std::string& sha256);
    Result<ObjectAnswer> put_package(const Caller& caller, const ObjectChunk& chunk, std::string_view bytes);

    // The stream. Whoever asks with a ticket is who asked for it.
    [[nodiscard]] Admission admit(const HttpRequest& request, const Permission& permission);
    [[nodiscard]] StreamTickets& tickets() { return tickets_; }

    [[nodiscard]] bool is_join_token(const std::string& token) const;  // valid now
    [[nodiscard]] Credentials& credentials() { return credentials_; }
    [[nodiscard]] Monitor& monitor() { return monitor_; }
    [[nodiscard]] Store& store() { return *store_; }
    [[nodiscard]] ObjectStore& objects() { return objects_; }
    [[nodiscard]] PackageInspector& inspector() { return *inspector_; }
    [[nodiscard]] bool has_object(const std::string& sha256) const { return objects_.contains(sha256); }
    [[nodiscard]] std::filesystem::path object_path(const std::string& sha256) const;
    void figures(OnResult<MasterFigures> done);  // for /metrics; those of requests are the router's
    [[nodiscard]] const std::filesystem::path& data() const { return options_.data; }

  private:
    explicit MasterService(ServiceOptions options);
    Result<StoredTask> visible_task(const Caller& caller, TaskId id);
    // Not valid: the task has no files.
    Result<FileDescriptor> opened_log(const Caller& caller, TaskId id, const std::string& stream);
    Json told_why(PoolBatch& batch, const PoolTask& task) const;
    // Controls one task within an event.
    Result<Json> control_one(PoolBatch& batch, const Caller& caller, TaskId id, TaskAction action,
                             std::optional<std::int64_t> version);
    Status start();
    Status load_credentials();
    Result<std::string> own_secret();

    template <class T>
    void post(OnResult<T> done, std::function<void(PoolBatch&, OnResult<T>)> event);
    // Waits for what the keeper knows; not on a network thread.
    template <class T>
    Result<T> ask(std::function<Result<T>(PoolBatch&)> question);

    void take_status(NodeId node, std::uint64_t session, const std::shared_ptr<WebSocket>& socket,
                     const std::string& text);
    // Where the bytes of an attempt go: the experiment's folder, or, for one that was superseded, a folder of its own.
    // `session`: of the sender's connection, which must be the newest; none: any, for what is named by its hash.
    Result<std::filesystem::path> attempt_root(NodeId node, Fence fence, std::optional<std::uint64_t> session = {});
    void look_for_end(NodeId node, const AttemptStatus& status);
    void follow_journal(NodeId node, Fence fence, const std::filesystem::path& root, bool has_ended);
    Status put_artifact(const ObjectChunk& chunk, const std::filesystem::path& root);
    void tell_of_log(const AppendRequest& request, const std::filesystem::path& root, std::string_view bytes);
    [[nodiscard]] std::string owner_of_experiment(const std::string& id) const;
    [[nodiscard]] std::optional<std::string> owner_of_topic(std::string_view topic) const;
    void take_checkpoint(NodeId node, const ObjectChunk& chunk, const std::filesystem::path& root);
    [[nodiscard]] std::filesystem::path experiment_folder(const std::string& id) const;
    void renew_brought();  // nodes without the runtime are to say their facts anew

    ServiceOptions options_;
    std::unique_ptr<Store> store_;
    ObjectStore objects_;
    std::unique_ptr<OwnBundle> bundle_;
    std::unique_ptr<PackageInspector> inspector_;
    StreamStore streams_;
    Monitor monitor_;
    LiveLogs live_logs_;
    Credentials credentials_;
    StreamTickets tickets_;
    PendingKeys pending_keys_;
    JoinTokens join_tokens_;
    JournalProgress progress_;
    std::atomic<std::uint64_t> appends_{0}, append_bytes_{0};
    std::shared_ptr<const SigningKey> key_;
    std::unique_ptr<PoolKeeper> keeper_;
    WorkPool pool_;  // for what follows from files
};

template <class T>
Result<T> MasterService::ask(std::function<Result<T>(PoolBatch&)> question) {
    const auto answer = std::make_shared<std::promise<Result<T>>>();
    std::future<Result<T>> coming = answer->get_future();
    const bool taken = keeper_->post(
        [answer, question = std::move(question)](PoolBatch& batch) { answer->set_value(question(batch)); });
    if (!taken) return make_error(Code::kUnavailable, "the master stops, or too much waits; try again later");
    return coming.get();
}

// Posts an event whose answer is given when it is durable; `done` is told when the master cannot take it.
template <class T>
void MasterService::post(OnResult<T> done, std::function<void(PoolBatch&, OnResult<T>)> event) {
    const bool taken = keeper_->post([done, event = std::move(event)](PoolBatch& batch) { event(batch, done); });
    if (!taken) done(make_error(Code::kUnavailable, "the master stops, or too much waits; try again later"));
}

}  // namespace goetia
