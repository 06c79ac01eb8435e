#include <charconv>

#include <fmt/format.h>

#include "base/json.h"
#include "base/json_text.h"
#include "master/api/lists.h"
#include "master/api/permissions.h"
#include "master/api/preconditions.h"
#include "master/api/routes.h"
#include "master/packages/package_inspector.h"
#include "master/tasks/task_body.h"
#include "net/problem.h"

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
        .with(text("owner_name", "And the name, as it was then"))
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
        .with(text("sweep", "That it is a job of").or_null())
        .with(object("from", "What it continues: {relation, task, experiment, model}").or_null())
        .with(text("etag", "For If-Match"));
}

Schema dry_run_schema() {
    return Schema("DryRun", "What would be submitted")
        .with(boolean("valid", "Whether it can be"))
        .with(text("message", "Why not, in one line"))
        .with(anything("faults", "[{path, message, found, allowed, nearest, file, line}]"))
        .with(object("needs", "Of each node, the data, and the bytes of the package").fallback(Json::object()))
        .with(object("config", "Resolved").fallback(Json::object()))
        .with(anything("epochs", "Of the run").or_null())
        .with(integer("steps_per_epoch", "Where the data set is registered and was looked at").or_null())
        .with(object("forecast", "As `why`: {sentence, nodes, ahead, starts_at}").fallback(Json::object()));
}

// The fields as the caller wrote them, without defaults.
Result<Json> given_fields(const RouteCall& call) { return parse_json(call.request.body, "the body"); }

constexpr const char* kTooMuchWaits = "the master stops, or too much waits; try again later";

Result<HttpResponse> tasks_page(MasterService& service, const RouteCall& call) {
    GOETIA_ASSIGN(const ListQuery query, list_query_of(call, task_list_fields()));
    GOETIA_ASSIGN(const ListPage page, service.list_tasks(call.caller, query));
    ListedItems list{.total = page.total,
                     .next = page.next,
                     .columns = {"id", "name", "state", "owner", "priority", "created_at", "started_at", "finished_at",
                                 "experiment", "sweep", "attempts", "cost", "reason"}};
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

// Where the task is made of a configuration, that takes its time on another thread.
void submit_task(MasterServices& services, const RouteCall& call, const RouteAnswer& answer) {
    Result<Json> given = given_fields(call);
    if (!given) return answer(std::move(given).error());
    if (TaskMaker::is_made(*given)) {
        Result<TaskRequest> request = task_request_of(services.pool(), *call.body);
        if (!request) return answer(std::move(request).error());
        if (!request->task.noop) request->source = call.body;
        return services.pool().inspector().inspect(
            std::move(*request), [&services, call, answer](Result<TaskRequest> whole) {
                if (!whole) return answer(std::move(whole).error());
                Submission one;
                one.tasks.push_back(*std::move(whole));
                Result<Submission> submission = keyed_submission(call.request, "", std::move(one));
                if (!submission) return answer(std::move(submission).error());
                services.pool().submit(call.caller, std::move(*submission), as_json(answer, 201));
            });
    }
    const bool taken = services.maker().later([&services, call, answer, given = std::move(*given)] {
        Result<Submission> submission = services.maker().task(call.caller, given);
        if (submission) submission = keyed_submission(call.request, "", std::move(*submission));
        if (!submission) return answer(std::move(submission).error());
        services.pool().submit(call.caller, std::move(*submission), as_json(answer, 201));
    });
    if (!taken) answer(make_error(Code::kUnavailable, "{}", kTooMuchWaits));
}

void submit_sweep(MasterServices& services, const RouteCall& call, const RouteAnswer& answer) {
    Result<Json> given = given_fields(call);
    if (!given) return answer(std::move(given).error());
    const bool taken = services.maker().later([&services, call, answer, given = std::move(*given)] {
        Result<Submission> submission = services.maker().sweep(call.caller, given);
        if (submission) submission = keyed_submission(call.request, "sweep", std::move(*submission));
        if (!submission) return answer(std::move(submission).error());
        services.pool().submit(call.caller, std::move(*submission), as_json(answer, 201));
    });
    if (!taken) answer(make_error(Code::kUnavailable, "{}", kTooMuchWaits));
}

Schema sweep_schema() {
    return Schema("Sweep", "Tasks that were queued together")
        .with(text("id", "Which one"))
        .with(text("name", "For people"))
        .with(text("owner", "The id of the user who submitted it"))
        .with(number("created_at", "Seconds since 1970"))
        .with(integer("tasks", "How many"))
        .with(object("states", "How many of them are in each state"))
        .with(anything("jobs", "The overrides of each"));
}

Result<HttpResponse> sweeps_page(Sweeps& sweeps, const RouteCall& call) {
    static const ListFields kFields{{"id", "name", "owner", "created_at", "tasks"}, {}};
    GOETIA_ASSIGN(const std::vector<Json> all, sweeps.list(call.caller));
    return short_list(call, all, kFields, {"id", "name", "owner", "created_at", "tasks", "states"});
}

}  // namespace

std::vector<Route> task_routes(MasterServices& services) {
    std::vector<Route> routes;
    MasterService& service = services.pool();
    routes.push_back(as_list(Route("GET", "/api/tasks", kReadTasks, "Lists tasks"))
                         .answers_list(task_schema())
                         .works([&service](const RouteCall& call) { return tasks_page(service, call); }));
    routes.push_back(Route("POST", "/api/tasks", kWriteTasks, "Submits a task; with an Idempotency-Key once only")
                         .takes(new_task_schema())
                         .answers(201, task_schema())
                         .does([&services](const RouteCall& call, const RouteAnswer& answer) {
                             submit_task(services, call, answer);
                         }));
    routes.push_back(Route("POST", "/api/tasks/dry-run", kWriteTasks,
                           "Says every fault of a task, what it needs, and where and when it could run")
                         .takes(new_task_schema())
                         .answers(200, dry_run_schema())
                         .works([&services](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const Json given, given_fields(call));
                             GOETIA_ASSIGN(const Json told, services.maker().dry_run(call.caller, given));
                             return json_response(told);
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

std::vector<Route> sweep_routes(MasterServices& services) {
    std::vector<Route> routes;
    Sweeps& sweeps = services.sweeps();
    routes.push_back(as_list(Route("GET", "/api/sweeps", kReadTasks, "Lists sweeps"))
                         .answers_list(sweep_schema())
                         .works([&sweeps](const RouteCall& call) { return sweeps_page(sweeps, call); }));
    routes.push_back(
        Route("POST", "/api/sweeps", kWriteTasks, "Submits a task for each combination of values; all of them or none")
            .takes(new_task_schema("NewSweep",
                                   "As a new task, with several values in its overrides: `optimizer.lr=0.1,0.01`"))
            .answers(201, Schema("NewSweepTasks", "What was queued")
                              .with(text("id", "Of the sweep"))
                              .with(text("name", "For people"))
                              .with(texts("tasks", "Their ids")))
            .does([&services](const RouteCall& call, const RouteAnswer& answer) {
                submit_sweep(services, call, answer);
            }));
    routes.push_back(Route("GET", "/api/sweeps/{id}", kReadTasks, "Shows a sweep")
                         .answers(200, sweep_schema())
                         .works([&sweeps](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const SweepRow row, sweeps.find(call.caller, call.path_text("id")));
                             GOETIA_ASSIGN(const Json shown, sweeps.show(row));
                             return json_response(shown);
                         }));
    routes.push_back(
        Route("POST", "/api/sweeps/{id}/control", kWriteTasks, "Pauses, resumes, ends or repeats every task of a sweep")
            .takes(Schema("SweepControl", "What is wanted of its tasks")
                       .with(text("action", "What").one_of({"pause", "resume", "stop", "retry", "cancel"})))
            .answers(200, Schema("SweepControlled", "What became of each")
                              .with(text("id", "Of the sweep"))
                              .with(text("action", "As asked"))
                              .with(anything("tasks", "[{id, state} or {id, refused}]")))
            .does([&services](const RouteCall& call, const RouteAnswer& answer) {
                const auto action = task_action_from((*call.body)["action"].get<std::string>());
                const bool taken = services.maker().later([&services, call, answer, action = *action] {
                    services.sweeps().control(call.caller, call.path_text("id"), action, as_json(answer));
                });
                if (!taken) answer(make_error(Code::kUnavailable, "{}", kTooMuchWaits));
            }));
    return routes;
}

}  // namespace goetia
