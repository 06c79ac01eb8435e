#include "master/tasks/task_body.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "base/json.h"
#include "master/service/master_service.h"
#include "protocol/names.h"

namespace goetia {
namespace {

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

constexpr double kLongestLimit = 1e9;  // seconds: what fits into the pool's time

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

}  // namespace

Schema new_task_schema(const std::string& name, const std::string& sentence) {
    return Schema(name, sentence)
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
        .with(number("soft_limit", "Seconds until it is stopped with a checkpoint; 0: never")
                  .between(0, kLongestLimit)
                  .fallback(43200))
        .with(number("hard_limit", "Seconds until it is ended; 0: never").between(0, kLongestLimit).fallback(86400))
        .with(number("lost_after", "Seconds of a node's silence until it runs elsewhere")
                  .between(1, kLongestLimit)
                  .fallback(600))
        .with(integer("retries", "After faults of machines").between(0, 100).fallback(3))
        .with(number("budget", "What it may cost; 0: anything").at_least(0).fallback(0))
        .with(text("like", "What runs have in common that take equally long").fallback(""))
        .with(text("on_disconnect", "What a node does without its master")
                  .one_of({"continue", "stop"})
                  .fallback("continue"))
        .with(anything("config", "An experiment file, as a document or its text; with a package: its resolved document")
                  .or_null())
        .with(texts("overrides", "Changes to it: `training.epochs=3`, `model=resnet50`").fallback(Json::array()))
        .with(text("template", "Instead of a config: the name of a template, `classification/small`").fallback(""))
        .with(object("values", "Of the template's form: {path: value}").fallback(Json::object()))
        .with(text("dataset", "A registered data set, by its id or name").fallback(""))
        .with(text("from_task", "Begin from what this task was made from").fallback(""))
        .with(text("from_experiment", "Begin from the best weights of this experiment").fallback(""))
        .with(text("from_model", "Begin from the weights of this model of the library").fallback(""))
        .with(object("package", "Of the run: {sha256, bytes}").or_null())
        .with(object("runtime", "Bundle: {sha256, bytes}; none: the node's own").or_null())
        .with(anything("data", "That the run reads: [{name, source, certificate, bytes, sha256}]")
                  .fallback(Json::array()));
}

Result<TaskRequest> task_request_of(const MasterService& service, const Json& body) {
    TaskRequest request{.name = body["name"], .config = std::make_shared<const Json>(body["config"])};
    if (!body["config"].is_null() && !body["config"].is_object())
        return Error{
            Code::kInvalid,
            "the task's configuration is not a document",
            {{.path = "config", .message = "must be the resolved document of the package", .allowed = "an object"}}};
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
                     {{.path = "package",
                       .message = "needed, unless 'noop' is true",
                       .allowed = "{sha256, bytes}; or 'config', 'template', or a task to begin from"}}};
    }
    GOETIA_TRY(check_objects(service, request.wanted));
    return request;
}

Result<Submission> keyed_submission(const HttpRequest& request, std::string_view face, Submission submission) {
    submission.key = request.headers.value("Idempotency-Key");
    if (submission.key.size() > 200) return invalid("the Idempotency-Key has more than 200 characters");
    submission.digest = sha256_hex(std::string(face) + request.body);
    return submission;
}

}  // namespace goetia
