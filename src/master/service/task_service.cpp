// Tasks: submitted, controlled, shown, deleted.
#include <algorithm>
#include <charconv>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "experiment/folder.h"
#include "master/objects/folders_beneath.h"
#include "master/service/master_service.h"
#include "master/service/ownership.h"
#include "master/store/field_text.h"

namespace goetia {
namespace {

Error no_task(TaskId id) { return not_found("there is no task '{}'", id); }

// The row of a task, kNotFound without one that the caller may see.
Result<StoredTask> task_in(Store& store, const Caller& caller, TaskId id) {
    std::vector<TaskRow> rows;
    GOETIA_TRY(store.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(rows, rows_where<TaskRow>(database, " WHERE id = $1", {task_text_id(id)}));
        return {};
    }));
    if (rows.empty() || !may_see(caller, rows[0].owner)) return no_task(id);
    return stored_task(rows[0]);
}

// What was answered to this key before, or will be once it is durable; empty when it is new.
Result<std::optional<Json>> answered_before(Store& store, const PendingKeys& pending, const Caller& caller,
                                            const TaskRequest& request) {
    const Error other =
        make_error(Code::kWrongState, "the Idempotency-Key '{}' was used for another request", request.key);
    if (const auto under_way = pending.find(caller.id, request.key)) {
        if (under_way->digest != request.digest) return other;
        GOETIA_ASSIGN(Json answer, parse_json(under_way->answer, "the answer kept"));
        return std::optional<Json>(std::move(answer));
    }
    std::vector<RequestRow> rows;
    GOETIA_TRY(store.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(rows,
                      rows_where<RequestRow>(database, " WHERE owner = $1 AND key = $2", {caller.id, request.key}));
        return {};
    }));
    if (rows.empty()) return std::optional<Json>();
    if (rows[0].hash != request.digest) return other;
    GOETIA_ASSIGN(Json answer, parse_json(rows[0].answer, "the answer kept"));
    return std::optional<Json>(std::move(answer));
}

Error other_version(TaskId id, std::int64_t expected, std::int64_t now) {
    return {Code::kWrongState,
            fmt::format("task '{}' has changed since; look at it again", id),
            {{.path = "If-Match",
              .message = "is not the task's ETag",
              .found = std::to_string(expected),
              .allowed = std::to_string(now)}}};
}

// The number under which the pool counts what a user has had.
UserId user_number(const Caller& caller) {
    UserId number = 1;
    std::from_chars(caller.id.data(), caller.id.data() + caller.id.size(), number);
    return number;
}

ExperimentRow experiment_row(const TaskFacts& facts, const std::string& task, double now) {
    return {.id = facts.wanted.experiment,
            .name = facts.name,
            .state = "created",
            .task = task,
            .owner = facts.owner,
            .created_at = now,
            .updated_at = now};
}

}  // namespace

void MasterService::submit(const Caller& caller, TaskRequest request, OnResult<Json> done) {
    const auto shared = std::make_shared<TaskRequest>(std::move(request));
    post<Json>(std::move(done), [this, caller, shared](PoolBatch& batch, const OnResult<Json>& answer) {
        TaskRequest& asked = *shared;
        if (!asked.key.empty()) {
            Result<std::optional<Json>> before = answered_before(*store_, pending_keys_, caller, asked);
            if (!before) return answer(std::move(before).error());
            if (*before) {
                return batch.then([answer, shown = **before](const Status& status) {
                    status ? answer(shown) : answer(status.error());
                });
            }
        }
        PoolTask task = asked.task;
        task.id = batch.draw_task();
        task.user = user_number(caller);
        TaskFacts facts{.name = asked.name,
                        .owner = caller.id,
                        .owner_name = caller.name,
                        .wanted = asked.wanted,
                        .created_at = batch.wall()};
        if (!task.noop)
            facts.wanted.experiment =
                make_experiment_id(goetia::now(), json_text(*asked.config) + task_text_id(task.id));
        batch.facts()[task.id] = facts;
        const Decision decision = batch.apply(TaskSubmitted{task});
        if (decision.refused) return answer(*decision.refused);
        const std::string id = task_text_id(task.id);
        batch.audit(caller.name, "task.submit", id, asked.name);
        if (!task.noop) {
            batch.write([row = experiment_row(facts, id, batch.wall()),
                         config = *asked.config](StoreTransaction& change) -> Status {
                GOETIA_TRY(change.put(row));
                return config.is_null() ? Status() : change.put(ExperimentConfigRow{row.id, flattened(config)});
            });
        }
        const auto live = batch.world().tasks.find(task.id);
        const auto known = batch.facts().find(task.id);
        Json shown = live != batch.world().tasks.end() && known != batch.facts().end()
                         ? shown_task(live->second, known->second)
                         : shown_task(task, facts);
        if (!asked.key.empty()) {
            pending_keys_.add(caller.id, asked.key, {asked.digest, json_text(shown)});
            batch.then([this, owner = caller.id, key = asked.key](const Status&) { pending_keys_.remove(owner, key); });
            batch.write([row = RequestRow{caller.id, asked.key, asked.digest, json_text(shown), batch.wall()}](
                            StoreTransaction& change) { return change.put(row); });
        }
        batch.then([answer, shown = std::move(shown)](const Status& status) {
            status ? answer(shown) : answer(status.error());
        });
    });
}

void MasterService::control(const Caller& caller, TaskId id, TaskAction action, std::optional<std::int64_t> version,
                            OnResult<Json> done) {
    post<Json>(std::move(done), [this, caller, id, action, version](PoolBatch& batch, const OnResult<Json>& answer) {
        ControlAsked asked{.task = id, .action = action};
        if (batch.world().tasks.contains(id)) {
            if (!may_see(caller, batch.facts().at(id).owner)) return answer(no_task(id));
        } else {
            Result<StoredTask> stored = task_in(*store_, caller, id);
            if (!stored) return answer(std::move(stored).error());
            asked.finished = stored->task;
            stored->facts.finished_at = 0;
            batch.facts()[id] = std::move(stored->facts);
        }
        const std::int64_t now = batch.facts().at(id).version;
        const bool changed = version && *version != now;
        const Decision decision = changed ? Decision{.refused = other_version(id, *version, now)} : batch.apply(asked);
        if (decision.refused) {
            if (asked.finished) batch.facts().erase(id);
            return answer(*decision.refused);
        }
        batch.audit(caller.name, "task." + std::string(name_of(action)), task_text_id(id));
        const auto live = batch.world().tasks.find(id);
        Json shown = {{"id", task_text_id(id)}, {"action", name_of(action)}};
        if (live != batch.world().tasks.end()) shown["state"] = name_of(live->second.state);
        for (const TaskMove& move : decision.moves) {
            if (move.task == id) shown["state"] = name_of(move.to);
        }
        batch.then([answer, shown = std::move(shown)](const Status& status) {
            status ? answer(shown) : answer(status.error());
        });
    });
}

void MasterService::erase(const Caller& caller, TaskId id, OnResult<Json> done) {
    post<Json>(std::move(done), [this, caller, id](PoolBatch& batch, const OnResult<Json>& answer) {
        if (const auto live = batch.world().tasks.find(id); live != batch.world().tasks.end()) {
            if (!may_see(caller, batch.facts().at(id).owner)) return answer(no_task(id));
            return answer(make_error(Code::kWrongState, "task '{}' is {}; stop it before it is deleted", id,
                                     name_of(live->second.state)));
        }
        Result<StoredTask> stored = task_in(*store_, caller, id);
        if (!stored) return answer(std::move(stored).error());
        batch.audit(caller.name, "task.delete", task_text_id(id), stored->facts.name);
        batch.write([text = task_text_id(id)](StoreTransaction& change) { return change.erase_task(text); });
        batch.then([this, id, answer](const Status& status) {
            if (!status) return answer(status.error());
            monitor_.publish("tasks", "delete", task_text_id(id), "null");
            answer(Json{{"id", task_text_id(id)}, {"deleted", true}});
        });
    });
}

void MasterService::why(const Caller& caller, TaskId id, OnResult<Json> done) {
    post<Json>(std::move(done), [this, caller, id](PoolBatch& batch, const OnResult<Json>& answer) {
        const World& world = batch.world();
        const auto live = world.tasks.find(id);
        if (live == world.tasks.end()) {
            Result<StoredTask> stored = task_in(*store_, caller, id);
            if (!stored) return answer(std::move(stored).error());
            const PoolTask& task = stored->task;
            return answer(Json{{"id", task_text_id(id)},
                               {"state", name_of(task.state)},
                               {"sentence", task.reason.empty() ? info_of(task.state).sentence : task.reason},
                               {"nodes", Json::array()},
                               {"starts_at", nullptr}});
        }
        if (!may_see(caller, batch.facts().at(id).owner)) return answer(no_task(id));
        const TaskWhy found = goetia::why(world, live->second, batch.now());
        Json nodes = Json::array();
        for (const NodeWhy& one : found.nodes) {
            const auto node = world.nodes.find(one.node);
            std::string has = one.obstacle.has;
            const auto known = batch.nodes().find(one.node);
            if (one.obstacle.obstacle == Obstacle::kVersion && known != batch.nodes().end() && known->second.facts) {
                const auto facts = node_facts_from(*known->second.facts);
                const std::string more = facts ? bundle_->obstacle(live->second.needs.libtorch, *facts) : "";
                if (!more.empty()) has += (has.empty() ? "" : "; ") + more;
            }
            nodes.push_back({{"node", node == world.nodes.end() ? std::to_string(one.node) : node->second.name},
                             {"reason", name_of(one.obstacle.obstacle)},
                             {"needs", one.obstacle.needs},
                             {"has", has},
                             {"kept_for", one.kept_for == 0 ? Json() : Json(task_text_id(one.kept_for))}});
        }
        const auto wall_of = [&](const std::optional<Moment>& moment) {
            return moment ? Json(batch.wall() + static_cast<double>(*moment - batch.now()) / kSecond) : Json();
        };
        answer(Json{{"id", task_text_id(id)},
                    {"state", name_of(live->second.state)},
                    {"sentence", found.sentence},
                    {"nodes", std::move(nodes)},
                    {"ahead", found.ahead},
                    {"starts_at", wall_of(found.starts)},
                    {"ends_at", wall_of(expected_end(world, live->second, batch.now()))}});
    });
}

Result<ListPage> MasterService::list_tasks(const Caller& caller, ListQuery query) {
    restrict_to_own(caller, query);
    return store_->tasks().list(query);
}

Result<Json> MasterService::task(const Caller& caller, TaskId id) {
    GOETIA_ASSIGN(const StoredTask stored, task_in(*store_, caller, id));
    return shown_task(stored.task, stored.facts);
}

Result<std::string> MasterService::log_of(const Caller& caller, TaskId id, const std::string& stream,
                                          std::int64_t offset, std::int64_t most) {
    GOETIA_ASSIGN(const StoredTask stored, task_in(*store_, caller, id));
    const std::string& experiment = stored.facts.wanted.experiment;
    if (experiment.empty()) return std::string();
    GOETIA_ASSIGN(const FileBeneath place,
                  find_beneath(experiment_folder(experiment), stream, MissingFolders::kRefuse));
    const FileDescriptor file(::openat(place.folder.get(), place.name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file.valid()) return not_found("task '{}' has no '{}' yet", id, stream);
    std::string bytes(static_cast<std::size_t>(most), '\0');
    const ssize_t count = ::pread(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
}

}  // namespace goetia
