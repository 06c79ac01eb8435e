// Tasks: submitted, controlled, shown, deleted.
#include <algorithm>
#include <charconv>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_path.h"
#include "base/json_text.h"
#include "config/named_model.h"
#include "experiment/folder.h"
#include "master/objects/folders_beneath.h"
#include "master/service/master_service.h"
#include "master/service/ownership.h"
#include "master/service/why_json.h"
#include "master/store/field_text.h"
#include "master/store/work_rows.h"

namespace goetia {
namespace {

// The row of a task, kNotFound without one.
Result<StoredTask> task_in(Store& store, TaskId id) {
    std::vector<TaskRow> rows;
    GOETIA_TRY(store.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(rows, rows_where<TaskRow>(database, " WHERE id = $1", {task_text_id(id)}));
        return {};
    }));
    if (rows.empty()) return not_found("there is no task '{}'", id);
    return stored_task(rows[0]);
}

// What was answered to this key before, or will be once it is durable; empty when it is new.
Result<std::optional<Json>> answered_before(Store& store, const PendingKeys& pending, const Caller& caller,
                                            const Submission& request) {
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

ExperimentRow experiment_row(const TaskFacts& facts, const std::string& task, double now) {
    Json body = Json::object();
    if (!facts.sweep.empty()) body["sweep"] = facts.sweep;
    if (facts.from) body["from"] = *facts.from;
    const auto of_origin = [&](const char* key) {
        const Json value = facts.from ? facts.from->value(key, Json()) : Json();
        return value.is_string() ? value.get<std::string>() : std::string();
    };
    return {.id = facts.wanted.experiment,
            .name = facts.name,
            .state = "created",
            .task = task,
            .owner = facts.owner,
            .created_at = now,
            .updated_at = now,
            .body = json_text(body),
            .ancestor = of_origin("experiment"),
            .relation = of_origin("relation")};
}

// Users of the pool are numbers: a user's id where it is one, else one that follows from it.
UserId pool_user(const Caller& caller) {
    UserId number = 0;
    const char* end = caller.id.data() + caller.id.size();
    const auto [read, error] = std::from_chars(caller.id.data(), end, number);
    if (error == std::errc() && read == end && number > 0) return number;
    return std::stoull(sha256_hex(caller.id).substr(0, 13), nullptr, 16) | (1ULL << 52U);
}

Error no_task(TaskId id) { return not_found("there is no task '{}'", id); }

constexpr std::size_t kLongestModelName = 100;

// What is trained, for lists: "ResNet" of depth 50 is "resnet50". The document is the caller's: it may be anything.
void name_model(const Json& config, TaskFacts& facts) {
    if (!config.is_object()) return;
    const auto type = value_of_type_at<std::string>(config, "model.type", "");
    facts.task_type = task_of_model(type);
    facts.model = value_of_type_at<std::string>(config, "model.backbone.type", type);
    const auto depth = value_of_type_at<std::int64_t>(config, "model.backbone.depth", 0);
    if (facts.model.size() > kLongestModelName) facts.model.clear();
    if (depth <= 0) return;
    for (char& letter : facts.model) letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    facts.model += std::to_string(depth);
}

// Queues one task within an event; its id.
Result<TaskId> queue_one(PoolBatch& batch, const Caller& caller, const TaskRequest& asked, TaskId id,
                         const std::string& sweep) {
    PoolTask task = asked.task;
    task.id = id;
    task.user = pool_user(caller);
    TaskFacts facts{.name = asked.name,
                    .owner = caller.id,
                    .owner_name = caller.name,
                    .sweep = sweep,
                    .from = asked.from,
                    .wanted = asked.wanted,
                    .created_at = batch.wall()};
    name_model(*asked.config, facts);
    if (!task.noop)
        facts.wanted.experiment = make_experiment_id(goetia::now(), json_text(*asked.config) + task_text_id(task.id));
    batch.facts()[task.id] = facts;
    const Decision decision = batch.apply(TaskSubmitted{task});
    if (decision.refused) return *decision.refused;
    const std::string text = task_text_id(task.id);
    batch.audit(caller.name, "task.submit", text, asked.name);
    if (asked.source) {
        batch.write([row = TaskSourceRow{text, json_text(*asked.source)}](StoreTransaction& change) {
            return change.put(row);
        });
    }
    if (!task.noop) {
        batch.write([row = experiment_row(facts, text, batch.wall()),
                     config = asked.config](StoreTransaction& change) -> Status {
            GOETIA_TRY(change.put(row));
            return config->is_null() ? Status() : change.put(ExperimentConfigRow{row.id, flattened(*config)});
        });
    }
    return task.id;
}

Json shown_in(PoolBatch& batch, TaskId id) {
    return shown_task(batch.world().tasks.at(id), batch.facts().at(id), batch.wall());
}

// The jobs of a sweep, and its row.
Result<Json> queue_sweep(PoolBatch& batch, const Caller& caller, const Submission& asked) {
    Json ids = Json::array();
    std::string sweep;
    for (const TaskRequest& one : asked.tasks) {
        const TaskId id = batch.draw_task();
        if (sweep.empty()) sweep = "s" + task_text_id(id);
        GOETIA_ASSIGN(const TaskId queued, queue_one(batch, caller, one, id, sweep));
        ids.push_back(task_text_id(queued));
    }
    const SweepRow row{.id = sweep,
                       .name = asked.name,
                       .owner = caller.id,
                       .created_at = batch.wall(),
                       .body = asked.source ? json_text(*asked.source) : "{}"};
    batch.audit(caller.name, "sweep.submit", sweep, asked.name);
    batch.write([row](StoreTransaction& change) { return change.put(row); });
    return Json{{"id", sweep}, {"name", asked.name}, {"tasks", std::move(ids)}};
}

}  // namespace

void MasterService::submit(const Caller& caller, Submission submission, OnResult<Json> done) {
    const auto shared = std::make_shared<Submission>(std::move(submission));
    post<Json>(std::move(done), [this, caller, shared](PoolBatch& batch, const OnResult<Json>& answer) {
        const Submission& asked = *shared;
        const auto answer_later = [&batch, &answer](Json shown) {
            batch.then([answer, shown = std::move(shown)](const Status& status) {
                status ? answer(shown) : answer(status.error());
            });
        };
        if (!asked.key.empty()) {
            Result<std::optional<Json>> before = answered_before(*store_, pending_keys_, caller, asked);
            if (!before) return answer(std::move(before).error());
            if (*before) return answer_later(std::move(**before));
        }
        Json shown;
        if (asked.is_sweep) {
            Result<Json> queued = queue_sweep(batch, caller, asked);
            if (!queued) return answer(std::move(queued).error());
            shown = std::move(*queued);
        } else {
            const Result<TaskId> queued = queue_one(batch, caller, asked.tasks.at(0), batch.draw_task(), "");
            if (!queued) return answer(queued.error());
            shown = shown_in(batch, *queued);
        }
        if (!asked.key.empty()) {
            pending_keys_.add(caller.id, asked.key, {asked.digest, json_text(shown)});
            batch.then([this, owner = caller.id, key = asked.key](const Status&) { pending_keys_.remove(owner, key); });
            batch.write([row = RequestRow{caller.id, asked.key, asked.digest, json_text(shown), batch.wall()}](
                            StoreTransaction& change) { return change.put(row); });
        }
        answer_later(std::move(shown));
    });
}

Result<Json> MasterService::control_one(PoolBatch& batch, const Caller& caller, TaskId id, TaskAction action,
                                        std::optional<std::int64_t> version) {
    ControlAsked asked{.task = id, .action = action};
    if (!batch.world().tasks.contains(id)) {
        GOETIA_ASSIGN(StoredTask stored, visible_task(caller, id));
        asked.finished = stored.task;
        stored.facts.finished_at = 0;
        batch.facts()[id] = std::move(stored.facts);
    }
    if (!may_see(caller, batch.facts().at(id).owner)) return no_task(id);
    const std::int64_t now = batch.facts().at(id).version;
    const bool changed = version && *version != now;
    const Decision decision = changed ? Decision{.refused = other_version(id, *version, now)} : batch.apply(asked);
    if (decision.refused) {
        if (asked.finished) batch.facts().erase(id);
        return *decision.refused;
    }
    batch.audit(caller.name, "task." + std::string(name_of(action)), task_text_id(id));
    const auto live = batch.world().tasks.find(id);
    Json shown = {{"id", task_text_id(id)}, {"action", name_of(action)}};
    if (live != batch.world().tasks.end()) shown["state"] = name_of(live->second.state);
    for (const TaskMove& move : decision.moves) {
        if (move.task == id) shown["state"] = name_of(move.to);
    }
    return shown;
}

void MasterService::control(const Caller& caller, TaskId id, TaskAction action, std::optional<std::int64_t> version,
                            OnResult<Json> done) {
    post<Json>(std::move(done), [this, caller, id, action, version](PoolBatch& batch, const OnResult<Json>& answer) {
        Result<Json> shown = control_one(batch, caller, id, action, version);
        if (!shown) return answer(std::move(shown).error());
        batch.then([answer, shown = std::move(*shown)](const Status& status) {
            status ? answer(shown) : answer(status.error());
        });
    });
}

void MasterService::control_all(const Caller& caller, std::vector<TaskId> ids, TaskAction action, OnResult<Json> done) {
    post<Json>(std::move(done),
               [this, caller, ids = std::move(ids), action](PoolBatch& batch, const OnResult<Json>& answer) {
                   Json all = Json::array();
                   for (const TaskId id : ids) {
                       Result<Json> shown = control_one(batch, caller, id, action, {});
                       all.push_back(shown ? std::move(*shown)
                                           : Json{{"id", task_text_id(id)}, {"refused", shown.error().message}});
                   }
                   batch.then([answer, all = std::move(all)](const Status& status) {
                       status ? answer(all) : answer(status.error());
                   });
               });
}

void MasterService::rename(const Caller& caller, TaskId id, const std::string& name, OnResult<Json> done) {
    post<Json>(std::move(done), [this, caller, id, name](PoolBatch& batch, const OnResult<Json>& answer) {
        Json shown;
        if (const auto live = batch.facts().find(id); live != batch.facts().end() && batch.world().tasks.contains(id)) {
            if (!may_see(caller, live->second.owner)) return answer(no_task(id));
            live->second.name = name;
            batch.touch(id);
            shown = shown_in(batch, id);
        } else {
            Result<StoredTask> stored = visible_task(caller, id);
            if (!stored) return answer(std::move(stored).error());
            stored->facts.name = name;
            ++stored->facts.version;
            shown = shown_task(stored->task, stored->facts, batch.wall());
            batch.write([row = task_row(stored->task, stored->facts, batch.wall())](StoreTransaction& change) {
                return change.put(row);
            });
        }
        batch.audit(caller.name, "task.rename", task_text_id(id), name);
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
        Result<StoredTask> stored = visible_task(caller, id);
        if (!stored) return answer(std::move(stored).error());
        batch.audit(caller.name, "task.delete", task_text_id(id), stored->facts.name);
        batch.write([text = task_text_id(id)](StoreTransaction& change) { return change.erase_task(text); });
        batch.then([this, id, answer, owner = stored->facts.owner](const Status& status) {
            if (!status) return answer(status.error());
            const std::string text = task_text_id(id);
            for (const std::string& topic : {std::string("tasks"), "task/" + text})
                monitor_.publish(topic, "delete", text, "null", owner);
            answer(Json{{"id", task_text_id(id)}, {"deleted", true}});
        });
    });
}

Json MasterService::told_why(PoolBatch& batch, const PoolTask& task) const {
    const auto more = [&](NodeId node) -> std::string {
        const auto known = batch.nodes().find(node);
        if (known == batch.nodes().end() || !known->second.facts) return "";
        const auto facts = node_facts_from(*known->second.facts);
        return facts ? bundle_->obstacle(task.needs.libtorch, *facts) : "";
    };
    return why_json(batch.world(), task, batch.now(), batch.wall(), more);
}

void MasterService::why(const Caller& caller, TaskId id, OnResult<Json> done) {
    post<Json>(std::move(done), [this, caller, id](PoolBatch& batch, const OnResult<Json>& answer) {
        const auto live = batch.world().tasks.find(id);
        Json told;
        if (live != batch.world().tasks.end()) {
            if (!may_see(caller, batch.facts().at(id).owner)) return answer(no_task(id));
            told = told_why(batch, live->second);
        } else {
            const Result<StoredTask> stored = visible_task(caller, id);
            if (!stored) return answer(stored.error());
            told = told_why(batch, stored->task);
        }
        told["id"] = task_text_id(id);
        answer(std::move(told));
    });
}

void MasterService::forecast(const Caller& caller, PoolTask task, OnResult<Json> done) {
    task.user = pool_user(caller);
    post<Json>(std::move(done), [this, task = std::move(task)](PoolBatch& batch, const OnResult<Json>& answer) {
        PoolTask queued = task;
        queued.state = TaskState::kQueued;
        queued.queued = batch.now();
        answer(told_why(batch, queued));
    });
}

Result<StoredTask> MasterService::visible_task(const Caller& caller, TaskId id) {
    GOETIA_ASSIGN(StoredTask stored, task_in(*store_, id));
    if (!may_see(caller, stored.facts.owner)) return no_task(id);
    return stored;
}

Result<Json> MasterService::task(const Caller& caller, TaskId id) {
    GOETIA_ASSIGN(const StoredTask stored, visible_task(caller, id));
    return shown_task(stored.task, stored.facts, to_seconds(now()));
}

Result<ListPage> MasterService::list_tasks(const Caller& caller, ListQuery query) {
    restrict_to_own(caller, query);
    return store_->tasks().list(query);
}

Result<FileDescriptor> MasterService::opened_log(const Caller& caller, TaskId id, const std::string& stream) {
    GOETIA_ASSIGN(const StoredTask stored, visible_task(caller, id));
    const std::string& experiment = stored.facts.wanted.experiment;
    if (experiment.empty()) return FileDescriptor();
    GOETIA_ASSIGN(const FileBeneath place,
                  find_beneath(experiment_folder(experiment), stream, MissingFolders::kRefuse));
    FileDescriptor file(::openat(place.folder.get(), place.name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file.valid()) return not_found("task '{}' has no '{}' yet", id, stream);
    return file;
}

Result<std::string> MasterService::log_of(const Caller& caller, TaskId id, const std::string& stream,
                                          std::int64_t offset, std::int64_t most) {
    GOETIA_ASSIGN(const FileDescriptor file, opened_log(caller, id, stream));
    if (!file.valid()) return std::string();
    std::string bytes(static_cast<std::size_t>(most), '\0');
    const ssize_t count = ::pread(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
}

Result<FileSlice> MasterService::log_file(const Caller& caller, TaskId id, const std::string& stream) {
    GOETIA_ASSIGN(FileDescriptor file, opened_log(caller, id, stream));
    struct stat info{};
    if (!file.valid() || ::fstat(file.get(), &info) != 0) return not_found("task '{}' has no '{}'", id, stream);
    return FileSlice{.file = std::make_shared<const FileDescriptor>(std::move(file)),
                     .offset = 0,
                     .length = static_cast<std::uint64_t>(info.st_size)};
}

}  // namespace goetia
