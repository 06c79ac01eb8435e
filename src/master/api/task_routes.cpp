#include <charconv>

#include <fmt/format.h>

#include "base/json.h"
#include "base/json_text.h"
#include "master/api/lists.h"
#include "master/api/permissions.h"
#include "master/api/preconditions.h"
#include "master/api/routes.h"
#include "master/api/shapes.h"
#include "master/packages/package_inspector.h"
#include "master/tasks/task_body.h"
#include "master/tasks/task_events.h"
#include "net/problem.h"

namespace goetia {
namespace {

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

Result<HttpResponse> whole_log(MasterService& service, const RouteCall& call) {
    GOETIA_ASSIGN(const TaskId id, task_id_from(call.path_text("id")));
    const std::string stream = call.query_text("stream");
    GOETIA_ASSIGN(FileSlice log, service.log_file(call.caller, id, stream));
    HttpResponse response{.file = std::move(log)};
    response.headers.set("Content-Type", "text/plain; charset=utf-8");
    response.headers.set("Content-Disposition",
                         fmt::format("attachment; filename=\"task_{}_{}\"", id, stream.substr(stream.rfind('/') + 1)));
    return response;
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
                         .answers_list(task_shape())
                         .works([&service](const RouteCall& call) { return tasks_page(service, call); }));
    routes.push_back(Route("POST", "/api/tasks", kWriteTasks, "Submits a task; with an Idempotency-Key once only")
                         .takes(new_task_schema())
                         .answers(201, task_shape())
                         .does([&services](const RouteCall& call, const RouteAnswer& answer) {
                             submit_task(services, call, answer);
                         }));
    routes.push_back(Route("POST", "/api/tasks/dry-run", kWriteTasks,
                           "Says every fault of a task, what it needs, and where and when it could run")
                         .takes(new_task_schema())
                         .answers(200, dry_run_shape())
                         .works([&services](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const Json given, given_fields(call));
                             GOETIA_ASSIGN(const Json told, services.maker().dry_run(call.caller, given));
                             return json_response(told);
                         }));
    routes.push_back(Route("GET", "/api/tasks/{id}", kReadTasks, "Shows a task")
                         .answers(200, task_shape())
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
                         .answers(200, why_shape())
                         .does([&service](const RouteCall& call, const RouteAnswer& answer) {
                             with_task(call, answer, [&](TaskId id) { service.why(call.caller, id, as_json(answer)); });
                         }));
    routes.push_back(Route("GET", "/api/tasks/{id}/events", kReadTasks, "What happened to a task, the oldest first")
                         .answers(200, whole_list_of("TaskEvents", task_event_shape()))
                         .works([&service](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const TaskId id, task_id_from(call.path_text("id")));
                             GOETIA_ASSIGN(const std::vector<Json> events, TaskEvents(service).of(call.caller, id));
                             return json_response({{"items", events}, {"total", events.size()}, {"next", nullptr}});
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
    routes.push_back(Route("GET", "/api/tasks/{id}/log.txt", kReadTasks, "A whole log of the newest attempt, as a file")
                         .in_query(text("stream", "Which file").fallback("logs/train.log"))
                         .answers_bytes("text/plain; charset=utf-8", "All of it as it is now")
                         .works([&service](const RouteCall& call) { return whole_log(service, call); }));
    return routes;
}

std::vector<Route> sweep_routes(MasterServices& services) {
    std::vector<Route> routes;
    Sweeps& sweeps = services.sweeps();
    routes.push_back(as_list(Route("GET", "/api/sweeps", kReadTasks, "Lists sweeps"))
                         .answers_list(sweep_shape())
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
                         .answers(200, sweep_shape())
                         .works([&sweeps](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const SweepRow row, sweeps.find(call.caller, call.path_text("id")));
                             GOETIA_ASSIGN(const Json shown, sweeps.show(row));
                             return json_response(shown);
                         }));
    routes.push_back(
        Route("POST", "/api/sweeps/{id}/control", kWriteTasks, "Pauses, resumes, ends or repeats every task of a sweep")
            .takes(Schema("SweepControl", "What is wanted of its tasks")
                       .with(text("action", "What").one_of({"pause", "resume", "stop", "retry", "cancel"})))
            .answers(200, Shape(Schema("SweepControlled", "What became of each")
                                    .with(text("id", "Of the sweep"))
                                    .with(text("action", "As asked"))
                                    .with(anything("tasks", "Each of them")))
                              .where("tasks", list_of(Schema("ControlledJob", "A task of the sweep")
                                                          .with(text("id", "Its number"))
                                                          .with(text("state", "After it").or_null())
                                                          .with(text("refused", "Why nothing changed").or_null()))))
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
