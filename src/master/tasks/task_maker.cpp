#include "master/tasks/task_maker.h"

#include <algorithm>
#include <future>

#include <fcntl.h>
#include <unistd.h>

#include "base/error_json.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_path.h"
#include "base/json_text.h"
#include "base/scratch_folder.h"
#include "config/config.h"
#include "config/override_text.h"
#include "master/tasks/builtin_templates.h"
#include "master/tasks/config_source.h"
#include "master/tasks/task_body.h"
#include "master/tasks/weights_archive.h"
#include "run/checked_config.h"

namespace goetia {
namespace {

constexpr const char* kWeightsOverride =
    "++model.pretrained={enabled:true,source:local,path:'@data/weights/weights.pth',strict:false}";

bool has_package(const Json& body) { return !body.value("package", Json()).is_null(); }
bool is_noop(const Json& body) { return body.value("noop", false); }

// A registered data set as overrides of the section `dataset`.
std::vector<std::string> data_set_overrides(const DataSetRow& row) {
    const Result<Json> body = parse_json(row.body, "the row of a data set");
    Json section = body ? section_at(*body, "facts.section") : Json();
    if (!section.is_object()) section = {{"data_root", row.path}};
    if (!row.format.empty()) section["type"] = row.format;
    std::vector<std::string> overrides;
    for (const auto& [key, value] : section.items()) overrides.push_back("++" + override_text("dataset." + key, value));
    const Json& classes = body ? section_at(*body, "facts.classes") : section_at(section, "none");
    if (classes.is_array() && !classes.empty())
        overrides.push_back("++" + override_text("dataset.num_classes", classes.size()));
    return overrides;
}

Error job_error(std::vector<Error> errors) {
    Error all = invalid("the sweep was not started");
    for (Error& one : errors) {
        all.message += "\n" + one.message;
        all.faults.insert(all.faults.end(), one.faults.begin(), one.faults.end());
    }
    return all;
}

std::string joined_words(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

// Batches of all ranks in an epoch; null where the number of samples is not known.
Json steps_per_epoch(const Json& config, int ranks, const Json& samples) {
    if (!samples.is_number_integer()) return nullptr;
    const auto batch = value_of_type_at<std::int64_t>(config, "training.batch_size", 0) * ranks;
    return batch > 0 ? Json((samples.get<std::int64_t>() + batch - 1) / batch) : Json();
}

Json invalid_answer(const Error& error) {
    Json faults = Json::array();
    for (const Fault& fault : error.faults) faults.push_back(to_json(fault));
    if (faults.empty()) faults.push_back(to_json(Fault{.message = error.message}));
    return {{"valid", false}, {"message", error.message}, {"faults", std::move(faults)}};
}

}  // namespace

bool TaskMaker::is_made(const Json& given) {
    if (!given.value("from_task", "").empty() || !given.value("from_experiment", "").empty() ||
        !given.value("from_model", "").empty())
        return false;
    return is_noop(given) || has_package(given) || !has_config_source(given);
}

Result<ComposeRequest> TaskMaker::request_of(const WantedTask& wanted) {
    GOETIA_ASSIGN(ComposeRequest request, compose_request_of(*wanted.body));
    std::vector<std::string> first;
    if (const std::string name = wanted.body->value("dataset", ""); !name.empty()) {
        const Result<DataSetRow> row = data_sets_.find(name);
        if (!row)
            return Error{Code::kInvalid,
                         "the data set is not registered",
                         {{.path = "dataset",
                           .message = row.error().message,
                           .found = name,
                           .allowed = "see GET /api/datasets"}}};
        first = data_set_overrides(*row);
    }
    if (wanted.weights) first.emplace_back(kWeightsOverride);
    request.overrides.insert(request.overrides.begin(), first.begin(), first.end());
    return request;
}

Result<PooledTask> TaskMaker::prepared(const WantedTask& wanted) {
    GOETIA_ASSIGN(const auto catalogue, runtime_.catalogue());
    GOETIA_ASSIGN(const RuntimeBuild build, runtime_.build());
    GOETIA_ASSIGN(const ComposeRequest request, request_of(wanted));
    const Result<CheckedConfig> config = checked_foreign_config(request, *catalogue);
    if (!config) return without_own_folders(config.error());
    Json fields = *wanted.body;
    for (const char* source : {"template", "values", "overrides", "dataset"}) fields.erase(source);
    Result<PooledTask> pooled = pooled_task(*config, fields, {.runtime = build, .paths = PathsOf::kNodes});
    if (!pooled) return without_own_folders(std::move(pooled).error());
    return pooled;
}

Result<Json> TaskMaker::stored(const Caller& caller, const std::string& sha256, std::int64_t bytes,
                               const std::function<Result<std::string>(std::int64_t, std::int64_t)>& read) {
    for (std::int64_t offset = 0; !service_.has_object(sha256);) {
        GOETIA_ASSIGN(const std::string piece, read(offset, std::min(kLargestChunk, bytes - offset)));
        GOETIA_ASSIGN(const ObjectAnswer answer,
                      service_.put_package(caller, {.sha256 = sha256, .bytes = bytes, .offset = offset}, piece));
        if (answer.outcome == ObjectOutcome::kWhole) break;
        if (answer.outcome == ObjectOutcome::kFull)
            return make_error(Code::kUnavailable, "the master's disk is full; the task was not made");
        if (answer.outcome != ObjectOutcome::kPart || (answer.length <= offset && offset > 0))
            return failed("the task's package could not be stored");
        offset = answer.length;
    }
    return Json{{"sha256", sha256}, {"bytes", bytes}};
}

Result<Json> TaskMaker::stored_weights(const Caller& caller, const std::filesystem::path& weights) {
    GOETIA_ASSIGN(const ScratchFolder scratch, ScratchFolder::make("weights"));
    GOETIA_ASSIGN(const WeightsArchive archive, write_weights_archive(weights, scratch.path() / "weights.tar.zst"));
    const FileDescriptor file(::open(archive.file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return os_error("read", "the archive of weights", errno);
    GOETIA_ASSIGN(Json data, stored(caller, archive.sha256, archive.bytes,
                                    [&](std::int64_t offset, std::int64_t most) -> Result<std::string> {
                                        std::string piece(static_cast<std::size_t>(most), '\0');
                                        const ssize_t read = ::pread(file.get(), piece.data(), piece.size(), offset);
                                        if (read != most) return os_error("read", "the archive of weights", errno);
                                        return piece;
                                    }));
    data["name"] = kWeightsData;
    data["source"] = "the master";
    return data;
}

Result<TaskRequest> TaskMaker::made(const Caller& caller, const WantedTask& wanted, std::optional<PooledTask> ready) {
    Json body = *wanted.body;
    if (!ready && !is_noop(body) && !has_package(body) && has_config_source(body)) {
        GOETIA_ASSIGN(PooledTask own, prepared(wanted));
        ready = std::move(own);
    }
    if (ready) {
        body = std::move(*ready->fields);
        const std::string& archive = ready->package.archive;
        GOETIA_ASSIGN(body["package"], stored(caller, ready->package.sha256, std::ssize(archive),
                                              [&](std::int64_t offset, std::int64_t most) -> Result<std::string> {
                                                  return archive.substr(static_cast<std::size_t>(offset),
                                                                        static_cast<std::size_t>(most));
                                              }));
        if (wanted.weights) {
            GOETIA_ASSIGN(Json weights, stored_weights(caller, *wanted.weights));
            body["data"].push_back(std::move(weights));
        }
    }
    GOETIA_ASSIGN(TaskRequest request, task_request_of(service_, body));
    if (!is_noop(body)) request.source = wanted.body;
    request.from = wanted.from;
    return request;
}

Result<Submission> TaskMaker::task(const Caller& caller, const Json& given) {
    GOETIA_ASSIGN(const WantedTask wanted, wanted_task(service_, models_, caller, given));
    GOETIA_ASSIGN(TaskRequest request, made(caller, wanted));
    Submission submission;
    submission.tasks.push_back(std::move(request));
    return submission;
}

Result<Submission> TaskMaker::sweep(const Caller& caller, const Json& given) {
    GOETIA_ASSIGN(const WantedTask wanted, wanted_task(service_, models_, caller, given));
    if (!has_config_source(*wanted.body))
        return Error{Code::kInvalid,
                     "the sweep has nothing to vary",
                     {{.path = "config", .message = "needed", .allowed = "'config', 'template', or 'from_task'"}}};
    GOETIA_ASSIGN(const ComposeRequest request, compose_request_of(*wanted.body));
    const Result<std::vector<std::vector<std::string>>> jobs = expand_multirun(request);
    if (!jobs) return without_own_folders(jobs.error());
    if (jobs->size() > kMostJobs) return invalid("the sweep has {} jobs (allowed: {})", jobs->size(), kMostJobs);
    std::vector<std::pair<WantedTask, PooledTask>> all;
    std::vector<Error> errors;
    for (std::size_t i = 0; i < jobs->size(); ++i) {
        WantedTask job = wanted;
        Json body = *wanted.body;
        body["values"] = Json::object();
        body["overrides"] = (*jobs)[i];
        if (const std::string name = wanted.body->value("name", ""); !name.empty())
            body["name"] = name + "-" + std::to_string(i);
        job.body = std::make_shared<const Json>(std::move(body));
        Result<PooledTask> checked = prepared(job);
        if (checked) all.emplace_back(std::move(job), std::move(*checked));
        else errors.push_back(std::move(checked).error().within("job '" + joined_words((*jobs)[i]) + "'"));
    }
    if (!errors.empty()) return job_error(std::move(errors));
    Submission submission{
        .is_sweep = true,
        .name = wanted.body->value("name", ""),
        .source = std::make_shared<const Json>(Json{{"overrides", (*wanted.body)["overrides"]}, {"jobs", *jobs}})};
    for (auto& [job, checked] : all) {
        GOETIA_ASSIGN(TaskRequest made_job, made(caller, job, std::move(checked)));
        if (submission.name.empty()) submission.name = made_job.name;
        submission.tasks.push_back(std::move(made_job));
    }
    return submission;
}

Json TaskMaker::needs_of_task(const PooledTask& pooled, const Json& body) {
    const PackageManifest& manifest = pooled.package.manifest;
    Json needs = {{"ranks", manifest.world}, {"package_bytes", pooled.package.archive.size()}};
    for (const char* field : {"nodes", "gpus", "gpu_memory", "cores", "memory", "labels"}) needs[field] = body[field];
    for (const char* field : {"libtorch", "cuda", "driver", "glibc", "processor", "data"})
        needs[field] = (*pooled.fields)[field];
    return needs;
}

Result<Json> TaskMaker::dry_run(const Caller& caller, const Json& given) {
    GOETIA_ASSIGN(const WantedTask wanted, wanted_task(service_, models_, caller, given));
    Json answer = {{"valid", true}, {"message", ""}, {"faults", Json::array()}};
    Json body = *wanted.body;
    if (!is_noop(body) && !has_package(body) && has_config_source(body)) {
        const Result<PooledTask> checked = prepared(wanted);
        if (!checked && (!checked.error().faults.empty() || checked.error().code == Code::kInvalid))
            return invalid_answer(checked.error());
        if (!checked) return checked.error();
        answer["needs"] = needs_of_task(*checked, body);
        const Json& config = (*checked->fields)["config"];
        answer["config"] = config;
        answer["epochs"] = section_at(config, "training.epochs");
        Json samples;
        if (const Result<DataSetRow> row = data_sets_.find(body.value("dataset", "")))
            samples = section_at(data_sets_.shown(*row), "facts.train");
        answer["steps_per_epoch"] = steps_per_epoch(config, checked->package.manifest.world, samples);
        body = *checked->fields;
        body["noop"] = true;  // its package is not stored: what it needs is
    }
    Result<TaskRequest> request = task_request_of(service_, body);
    if (!request) return invalid_answer(request.error());
    std::promise<Result<Json>> told;
    service_.forecast(caller, request->task, [&told](Result<Json> found) { told.set_value(std::move(found)); });
    GOETIA_ASSIGN(answer["forecast"], told.get_future().get());
    return answer;
}

}  // namespace goetia
