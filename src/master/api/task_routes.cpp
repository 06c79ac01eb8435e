#include <charconv>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/api/lists.h"
#include "master/api/permissions.h"
#include "master/api/preconditions.h"
#include "master/api/routes.h"
#include "master/packages/package_inspector.h"
#include "net/problem.h"
#include "protocol/names.h"

namespace goetia {
namespace {

Schema task_schema() {
    return Schema("Task", "What a user wants trained, and how far that is")
        .with(text("id", "Its number"))
        .with(text("name", "For people"))
        .with(text("state", "How far it is")
                  .one_of({"pending", "queued", "dispatching", "running", "paused", "completed", "failed", "stopped"}))
        .with(text("reason", "Of the state"))
        .with(text("owner", "The id of the user who submitted it"))
        .with(text("owner_name", "His name then"))
        .with(integer("priority", "The higher the sooner").between(0, 100))
        .with(number("created_at", "Seconds since 1970"))
        .with(number("started_at", "When it ran first").or_null())
        .with(number("finished_at", "When it ended").or_null())
        .with(texts("nodes", "Where it runs or ran last"))
        .with(text("experiment", "Its experiment's id").or_null())
        .with(object("error", "How it failed").or_null())
        .with(object("progress", "Steps done, and all"))
        .with(integer("attempts", "How often it was started"))
        .with(number("cost", "Of attempts that ended"))
        .with(text("etag", "For If-Match"));
}

Schema new_task_schema() {
    return Schema("NewTask", "What is to be trained, and what it needs")
        .with(text("name", "For people").fallback(""))
        .with(integer("priority", "The higher the sooner").between(0, 100).fallback(50))
        .with(integer("nodes", "On how many machines at once").between(1, 1024).fallback(1))
        .with(integer("gpus", "GPUs of each machine; 0: its processor").between(0, 64).fallback(0))
        .with(integer("gpu_memory", "Free bytes on each GPU").at_least(0).fallback(0))
        .with(integer("cores", "Of each machine").between(1, 4096).fallback(1))
        .with(integer("memory", "Bytes of each machine").at_least(0).fallback(0))
        .with(texts("labels", "That the machines have: `key=value`").fallback(Json::array()))
        .with(text("libtorch", "The version that its runtime needs").fallback(""))
        .with(text("cuda", "At least").fallback(""))
        .with(text("driver", "At least").fallback(""))
        .with(text("glibc", "At least").fallback(""))
        .with(text("processor", "`x86_64`; none: any").fallback(""))
        .with(boolean("noop", "An empty task, for measuring").fallback(false))
        .with(boolean("preemptible", "It may make room for more urgent ones").fallback(true))
        .with(
            number("soft_limit", "Seconds until it is stopped with a checkpoint; 0: never").at_least(0).fallback(43200))
        .with(number("hard_limit", "Seconds until it is ended; 0: never").at_least(0).fallback(86400))
        .with(number("lost_after", "Seconds of a node's silence until it runs elsewhere").at_least(1).fallback(600))
        .with(integer("retries", "After faults of machines").between(0, 100).fallback(3))
        .with(number("budget", "What it may cost; 0: anything").at_least(0).fallback(0))
        .with(text("like", "What runs have in common that take equally long").fallback(""))
        .with(text("on_disconnect", "What a node does without its master")
                  .one_of({"continue", "stop"})
                  .fallback("continue"))
        .with(object("config", "The resolved document of the run").or_null())
        .with(object("package", "Of the run: {sha256, bytes}").or_null())
        .with(object("runtime", "Bundle: {sha256, bytes}; none: the node's own").or_null())
        .with(anything("data", "That the run reads: [{name, source, certificate, bytes, sha256}]")
                  .fallback(Json::array()));
}

// The parts that protocol/ checks by itself, each fault with the path of the body.
Result<WantedAttempt> wanted_of(const Json& body) {
    const bool plain =
        body["noop"] == true && body["package"].is_null() && body["runtime"].is_null() && body["data"].empty();
    if (plain) return WantedAttempt();
    Json wanted = {{"fence", 1}, {"task", "1"}, {"experiment", "e"}, {"on_disconnect", body["on_disconnect"]}};
    for (const char* key : {"package", "runtime"}) {
        if (!body[key].is_null()) wanted[key] = body[key];
    }
    wanted["data"] = body["data"];
    Result<WantedAttempt> read = wanted_attempt_from(wanted);
    if (read) read->experiment.clear();
    return read;
}

Moment moment_of(const Json& seconds) { return static_cast<Moment>(seconds.get<double>() * kSecond); }

// What nodes are to fetch must be here when the task is queued, not when it is placed.
Status check_objects(const MasterService& service, const WantedAttempt& wanted) {
    Error missing{Code::kInvalid, "the master does not have what the task needs", {}};
    const auto need = [&](const std::string& path, const std::string& sha256) {
        if (sha256.empty() || service.has_object(sha256)) return;
        missing.faults.push_back({.path = path,
                                  .message = "there is no such object",
                                  .found = sha256,
                                  .allowed = "the hash of what was sent by PUT /api/objects/SHA256"});
    };
    need("package.sha256", wanted.package.sha256);
    need("runtime.sha256", wanted.runtime.sha256);
    for (std::size_t i = 0; i < wanted.data.size(); ++i) need(fmt::format("data[{}].sha256", i), wanted.data[i].sha256);
    return missing.faults.empty() ? Status() : Status(std::move(missing));
}

Result<TaskRequest> task_request(const MasterService& service, const RouteCall& call) {
    const Json& body = *call.body;
    TaskRequest request{.name = body["name"], .config = std::make_shared<const Json>(body["config"])};
    if (!is_plain_text(request.name)) return invalid("the name has control characters");
    GOETIA_ASSIGN(request.wanted, wanted_of(body));
    PoolTask& task = request.task;
    task.priority = body["priority"];
    task.noop = body["noop"];
    task.preemptible = body["preemptible"];
    task.budget = body["budget"];
    task.like = body["like"];
    task.needs = {.nodes = body["nodes"],
                  .gpus = body["gpus"],
                  .gpu_memory = body["gpu_memory"],
                  .cores = body["cores"],
                  .memory = body["memory"],
                  .labels = body["labels"].get<std::set<std::string>>(),
                  .libtorch = body["libtorch"],
                  .cuda = body["cuda"],
                  .driver = body["driver"],
                  .glibc = body["glibc"],
                  .processor = body["processor"]};
    task.limits = {.soft = moment_of(body["soft_limit"]),
                   .hard = moment_of(body["hard_limit"]),
                   .lost_after = moment_of(body["lost_after"]),
                   .retries = body["retries"]};
    if (!task.noop && request.wanted.package.sha256.empty()) {
        return Error{Code::kInvalid,
                     "the task has no package",
                     {{.path = "package", .message = "needed, unless 'noop' is true", .allowed = "{sha256, bytes}"}}};
    }
    GOETIA_TRY(check_objects(service, request.wanted));
    request.key = call.request.headers.value("Idempotency-Key");
    if (request.key.size() > 200) return invalid("the Idempotency-Key has more than 200 characters");
    request.digest = sha256_hex(call.request.body);
    return request;
}

Result<HttpResponse> tasks_page(MasterService& service, const RouteCall& call) {
    GOETIA_ASSIGN(const ListQuery query, list_query_of(call, task_list_fields()));
    GOETIA_ASSIGN(const ListPage page, service.list_tasks(call.caller, query));
    ListedItems list{.total = page.total,
                     .next = page.next,
                     .columns = {"id", "name", "state", "owner", "priority", "created_at", "started_at", "finished_at",
                                 "experiment", "attempts", "cost", "reason"}};
    for (const std::string& text : page.ids) {
        GOETIA_ASSIGN(const TaskId id, task_id_from(text));
        Result<Json> shown = service.task(call.caller, id);
        if (shown) list.items.push_back(std::move(*shown));
        else if (shown.error().code != Code::kNotFound) return std::move(shown).error();  // deleted meanwhile
    }
    return list_response(call, list);
}

OnResult<Json> as_json(const RouteAnswer& answer, int status = 200) {
    return [answer, status](Result<Json> result) {
        if (!result) return answer(std::move(result).error());
        answer(tagged_response(*result, status));
    };
}

// Calls `work` with the id of the path, or answers that there is none.
void with_task(const RouteCall& call, const RouteAnswer& answer, const std::function<void(TaskId)>& work) {
    const Result<TaskId> id = task_id_from(call.path_text("id"));
    id ? work(*id) : answer(id.error());
}

}  // namespace

std::vector<Route> task_routes(MasterService& service) {
    std::vector<Route> routes;
    routes.push_back(as_list(Route("GET", "/api/tasks", kReadTasks, "Lists tasks"))
                         .answers_list(task_schema())
                         .works([&service](const RouteCall& call) { return tasks_page(service, call); }));
    routes.push_back(Route("POST", "/api/tasks", kWriteTasks, "Submits a task; with an Idempotency-Key once only")
                         .takes(new_task_schema())
                         .answers(201, task_schema())
                         .does([&service](const RouteCall& call, const RouteAnswer& answer) {
                             Result<TaskRequest> request = task_request(service, call);
                             if (!request) return answer(std::move(request).error());
                             service.inspector().inspect(std::move(*request), [&service, caller = call.caller,
                                                                               answer](Result<TaskRequest> whole) {
                                 if (!whole) return answer(std::move(whole).error());
                                 service.submit(caller, *std::move(whole), as_json(answer, 201));
                             });
                         }));
    routes.push_back(Route("GET", "/api/tasks/{id}", kReadTasks, "Shows a task")
                         .answers(200, task_schema())
                         .works([&service](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const TaskId id, task_id_from(call.path_text("id")));
                             GOETIA_ASSIGN(const Json shown, service.task(call.caller, id));
                             return tagged_response(shown);
                         }));
    routes.push_back(
        Route("POST", "/api/tasks/{id}/control", kWriteTasks, "Pauses, resumes, ends or repeats a task")
            .takes(
                Schema("Control", "What is wanted of the task")
                    .with(text("action", "What").one_of({"pause", "resume", "stop", "checkpoint", "retry", "cancel"})))
            .answers(200, Schema("Controlled", "What was asked, and the state after it")
                              .with(text("id", "Of the task"))
                              .with(text("action", "As asked"))
                              .with(text("state", "Of the task").fallback("")))
            .does([&service](const RouteCall& call, const RouteAnswer& answer) {
                with_task(call, answer, [&](TaskId id) {
                    const auto action = task_action_from((*call.body)["action"].get<std::string>());
                    const Result<std::optional<std::int64_t>> version = expected_version(call);
                    if (!version) return answer(version.error());
                    service.control(call.caller, id, *action, *version, as_json(answer));
                });
            }));
    routes.push_back(Route("DELETE", "/api/tasks/{id}", kWriteTasks, "Deletes a task that has ended")
                         .answers(200, Schema("Deleted", "What was deleted").with(text("id", "Of the task")))
                         .does([&service](const RouteCall& call, const RouteAnswer& answer) {
                             with_task(call, answer,
                                       [&](TaskId id) { service.erase(call.caller, id, as_json(answer)); });
                         }));
    routes.push_back(Route("GET", "/api/tasks/{id}/why", kReadTasks,
                           "Says for each node why the task does not run there, and when it should start")
                         .answers(200, Schema("Why", "What stands in the way")
                                           .with(text("sentence", "In one line"))
                                           .with(anything("nodes", "[{node, reason, needs, has, kept_for}]"))
                                           .with(number("starts_at", "Seconds since 1970").or_null()))
                         .does([&service](const RouteCall& call, const RouteAnswer& answer) {
                             with_task(call, answer, [&](TaskId id) { service.why(call.caller, id, as_json(answer)); });
                         }));
    routes.push_back(Route("GET", "/api/tasks/{id}/logs", kReadTasks, "A part of a log of the newest attempt")
                         .in_query(text("stream", "Which file").fallback("logs/train.log"))
                         .in_query(integer("offset", "Of the first byte").at_least(0).fallback(0))
                         .in_query(integer("bytes", "At most").between(1, 1 << 20).fallback(1 << 16))
                         .answers_bytes("text/plain; charset=utf-8", "The bytes; empty at the end")
                         .works([&service](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const TaskId id, task_id_from(call.path_text("id")));
                             GOETIA_ASSIGN(std::string bytes,
                                           service.log_of(call.caller, id, call.query_text("stream"),
                                                          call.query_integer("offset"), call.query_integer("bytes")));
                             HttpResponse response{.body = std::move(bytes)};
                             response.headers.set("Content-Type", "text/plain; charset=utf-8");
                             return response;
                         }));
    return routes;
}

}  // namespace goetia
