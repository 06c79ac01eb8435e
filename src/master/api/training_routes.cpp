// The ten endpoints of training runs: another face of tasks, with their own words. They are at /api/v1/training/, too.
#include "base/json.h"
#include "master/api/lists.h"
#include "master/api/permissions.h"
#include "master/api/routes.h"
#include "master/api/shapes.h"
#include "master/tasks/task_body.h"
#include "master/tasks/training_runs.h"
#include "net/problem.h"

namespace goetia {
namespace {

Shape training_shape() {
    return Shape(Schema("TrainingRun", "A task that trains")
                     .with(text("id", "Of the task"))
                     .with(text("name", "For people"))
                     .with(text("status", "How far it is")
                               .one_of({"pending", "queued", "running", "paused", "completed", "failed", "stopped"}))
                     .with(number("progress", "Percent of its steps").between(0, 100))
                     .with(object("config", "As it was given"))
                     .with(number("created_at", "Seconds since 1970"))
                     .with(number("started_at", "Seconds since 1970").or_null())
                     .with(number("finished_at", "Seconds since 1970").or_null())
                     .with(text("experiment", "Its experiment's id").or_null())
                     .with(object("error", "How it failed").or_null()))
        .where("error", Schema("TrainingError", "How it failed")
                            .with(text("code", "`failed`"))
                            .with(text("message", "In one line")));
}

Shape items_shape(const std::string& name, const Shape& item) {
    return Shape(Schema(name, "All of them").with(anything("items", "In order")).with(integer("total", "How many")))
        .where("items", list_of(item));
}

HttpResponse items_response(const std::vector<Json>& items) {
    return json_response({{"items", items}, {"total", items.size()}});
}

// With `shown`, what a task of a service's answer is as a training run.
OnResult<Json> as_training(MasterServices& services, const RouteAnswer& answer, int status) {
    return [&services, answer, status](Result<Json> task) {
        if (!task) return answer(std::move(task).error());
        const bool taken = services.maker().later([&services, answer, status, task = std::move(*task)] {
            const Result<Json> shown = TrainingRuns(services.pool()).shown(task);
            shown ? answer(json_response(*shown, status)) : answer(shown.error());
        });
        if (!taken) answer(make_error(Code::kUnavailable, "the master stops"));
    };
}

void create_training(MasterServices& services, const RouteCall& call, const RouteAnswer& answer) {
    const bool taken = services.maker().later([&services, call, answer] {
        Result<Submission> made = services.maker().task(call.caller, *call.body);
        if (made) made = keyed_submission(call.request, "training", std::move(*made));
        if (!made) return answer(std::move(made).error());
        services.pool().submit(call.caller, std::move(*made), as_training(services, answer, 201));
    });
    if (!taken) answer(make_error(Code::kUnavailable, "the master stops, or too much waits; try again later"));
}

Result<HttpResponse> training_page(MasterService& service, const RouteCall& call) {
    GOETIA_ASSIGN(const ListQuery query, list_query_of(call, task_list_fields()));
    GOETIA_ASSIGN(const ListPage page, service.list_tasks(call.caller, query));
    TrainingRuns runs(service);
    ListedItems list{.total = page.total,
                     .next = page.next,
                     .columns = {"id", "name", "status", "progress", "created_at", "started_at", "finished_at"}};
    for (const std::string& text : page.ids) {
        GOETIA_ASSIGN(const TaskId id, task_id_from(text));
        Result<Json> shown = runs.show(call.caller, id);
        if (shown) list.items.push_back(std::move(*shown));
        else if (shown.error().code != Code::kNotFound) return std::move(shown).error();
    }
    return list_response(call, list);
}

using TrainingItems = Result<std::vector<Json>> (TrainingRuns::*)(const Caller&, TaskId);

Route training_items(MasterService& service, const std::string& name, const std::string& sentence, const Shape& item,
                     TrainingItems items) {
    return Route("GET", "/api/training/{id}/" + name, kReadTasks, sentence)
        .answers(200, items_shape("Training_" + name, item))
        .works([&service, items](const RouteCall& call) -> Result<HttpResponse> {
            GOETIA_ASSIGN(const TaskId id, task_id_from(call.path_text("id")));
            TrainingRuns runs(service);
            GOETIA_ASSIGN(const std::vector<Json> found, (runs.*items)(call.caller, id));
            return items_response(found);
        });
}

void with_training(const RouteCall& call, const RouteAnswer& answer, const std::function<void(TaskId)>& work) {
    const Result<TaskId> id = task_id_from(call.path_text("id"));
    id ? work(*id) : answer(id.error());
}

// With its experiment, which has all of its files.
void erase_training(MasterServices& services, const RouteCall& call, TaskId id, const RouteAnswer& answer) {
    const bool taken = services.maker().later([&services, call, id, answer] {
        const Result<Json> task = services.pool().task(call.caller, id);
        if (!task) return answer(task.error());
        if ((*task)["experiment"].is_string()) {
            const auto erased = services.experiments().erase(call.caller, (*task)["experiment"].get<std::string>(), {});
            if (!erased && erased.error().code != Code::kNotFound) return answer(erased.error());
        }
        services.pool().erase(call.caller, id, [answer](Result<Json> erased) {
            erased ? answer(json_response(*erased)) : answer(std::move(erased).error());
        });
    });
    if (!taken) answer(make_error(Code::kUnavailable, "the master stops, or too much waits; try again later"));
}

void add_training_changes(std::vector<Route>& routes, MasterServices& services) {
    routes.push_back(Route("PUT", "/api/training/{id}", kWriteTasks, "Renames a training run")
                         .takes(Schema("TrainingUpdate", "What is to be changed").with(text("name", "For people")))
                         .answers(200, training_shape())
                         .does([&services](const RouteCall& call, const RouteAnswer& answer) {
                             with_training(call, answer, [&](TaskId id) {
                                 services.pool().rename(call.caller, id, (*call.body)["name"].get<std::string>(),
                                                        as_training(services, answer, 200));
                             });
                         }));
    routes.push_back(
        Route("DELETE", "/api/training/{id}", kWriteTasks, "Deletes a training run that has ended, and its files")
            .answers(200, Schema("DeletedTraining", "What was deleted").with(text("id", "Of the task")))
            .does([&services](const RouteCall& call, const RouteAnswer& answer) {
                with_training(call, answer, [&](TaskId id) { erase_training(services, call, id, answer); });
            }));
    routes.push_back(Route("POST", "/api/training/{id}/control", kWriteTasks, "Pauses, resumes or stops a training run")
                         .takes(Schema("TrainingControl", "What is wanted of it")
                                    .with(text("action", "What").one_of({"pause", "resume", "stop"})))
                         .answers(200, Schema("TrainingControlled", "What was asked, and the status after it")
                                           .with(text("id", "Of the task"))
                                           .with(text("action", "As asked"))
                                           .with(text("status", "Of the run")))
                         .does([&services](const RouteCall& call, const RouteAnswer& answer) {
                             with_training(call, answer, [&](TaskId id) {
                                 const auto action = task_action_from((*call.body)["action"].get<std::string>());
                                 services.pool().control(call.caller, id, *action, {}, [answer](Result<Json> done) {
                                     if (!done) return answer(std::move(done).error());
                                     answer(json_response({{"id", (*done)["id"]},
                                                           {"action", (*done)["action"]},
                                                           {"status", training_status(done->value("state", ""))}}));
                                 });
                             });
                         }));
    routes.push_back(
        Route("POST", "/api/training/{id}/save", kWriteModels, "Puts its best weights into the library")
            .takes(Schema("TrainingSave", "How it is to be called").with(text("name", "None: as the run").fallback("")))
            .answers(201, Schema("TrainingSaved", "A model of the library, as GET /api/models/{id} shows it")
                              .with(text("id", "Of the model"))
                              .with(text("name", "For people"))
                              .with(text("sha256", "Of its file")))
            .works([&services](const RouteCall& call) -> Result<HttpResponse> {
                GOETIA_ASSIGN(const TaskId id, task_id_from(call.path_text("id")));
                GOETIA_ASSIGN(const std::string experiment,
                              TrainingRuns(services.pool()).experiment_of(call.caller, id));
                GOETIA_ASSIGN(const Json saved, services.models().save(call.caller, experiment, (*call.body)["name"]));
                return json_response(saved, 201);
            }));
}

}  // namespace

std::vector<Route> training_routes(MasterServices& services) {
    std::vector<Route> routes;
    MasterService& service = services.pool();
    routes.push_back(as_list(Route("GET", "/api/training/", kReadTasks, "Lists training runs"))
                         .answers_list(training_shape())
                         .works([&service](const RouteCall& call) { return training_page(service, call); }));
    routes.push_back(
        Route("POST", "/api/training/", kWriteTasks, "Submits a training run")
            .takes(Schema("NewTraining", "What is to be trained; a task has more fields")
                       .with(text("name", "For people"))
                       .with(anything("config", "An experiment file, as a document or its text"))
                       .with(texts("overrides", "Changes to it").fallback(Json::array()))
                       .with(text("dataset", "A registered data set, by its id or name").fallback(""))
                       .with(integer("priority", "The higher the sooner").between(0, 100).fallback(50))
                       .with(integer("gpus", "GPUs of each machine; 0: its processor").between(0, 64).fallback(0)))
            .answers(201, training_shape())
            .does([&services](const RouteCall& call, const RouteAnswer& answer) {
                create_training(services, call, answer);
            }));
    routes.push_back(Route("GET", "/api/training/{id}", kReadTasks, "Shows a training run")
                         .answers(200, training_shape())
                         .works([&service](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const TaskId id, task_id_from(call.path_text("id")));
                             GOETIA_ASSIGN(const Json shown, TrainingRuns(service).show(call.caller, id));
                             return json_response(shown);
                         }));
    add_training_changes(routes, services);
    routes.push_back(training_items(service, "metrics", "The metrics of each epoch",
                                    Shape(Schema("TrainedEpoch", "An epoch")
                                              .with(integer("epoch", "Counted from 1"))
                                              .with(integer("step", "At its end"))
                                              .with(object("metrics", "Then")))
                                        .where("metrics", metric_values_shape()),
                                    &TrainingRuns::metrics));
    routes.push_back(training_items(service, "checkpoints", "The checkpoints that the run wrote",
                                    Shape(Schema("TrainingCheckpoint", "A state that training can go on from")
                                              .with(integer("epoch", "Counted from 1"))
                                              .with(integer("step", "Done"))
                                              .with(object("metrics", "Then"))
                                              .with(boolean("is_best", "By the metric that the run follows"))
                                              .with(text("kind", "Why it was kept"))
                                              .with(text("name", "Of the file"))
                                              .with(integer("bytes", "Its size"))
                                              .with(text("sha256", "Of its content")))
                                        .where("metrics", metric_values_shape()),
                                    &TrainingRuns::checkpoints));
    routes.push_back(
        Route("GET", "/api/training/{id}/logs", kReadTasks, "Lines of its log")
            .in_query(integer("after", "The number of the last line that is known").at_least(0).fallback(0))
            .in_query(integer("limit", "At most").between(1, 10000).fallback(1000))
            .answers(200, items_shape("TrainingLogs", Schema("TrainingLogLine", "A line")
                                                          .with(integer("line", "Its number, counted from 1"))
                                                          .with(text("text", "Without its end"))))
            .works([&service](const RouteCall& call) -> Result<HttpResponse> {
                GOETIA_ASSIGN(const TaskId id, task_id_from(call.path_text("id")));
                TrainingRuns runs(service);
                GOETIA_ASSIGN(const std::vector<Json> lines,
                              runs.logs(call.caller, id, call.query_integer("after"), call.query_integer("limit")));
                return items_response(lines);
            }));
    return routes;
}

}  // namespace goetia
