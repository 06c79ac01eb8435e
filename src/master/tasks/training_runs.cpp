#include "master/tasks/training_runs.h"

#include "base/json.h"
#include "base/json_text.h"
#include "config/config.h"
#include "experiment/history.h"
#include "master/models/best_checkpoint.h"
#include "master/store/work_rows.h"

namespace goetia {
namespace {

constexpr std::int64_t kLogPiece = 1 << 20;

// As it was given: a document, a document of a text, or the template with its values.
Json config_of(const Json& source) {
    const Json config = source.value("config", Json());
    if (config.is_object()) return config;
    if (config.is_string()) {
        const Result<Json> read = parse_yaml(config.get<std::string>(), "config");
        if (read && read->is_object()) return *read;
    }
    return {{"template", source.value("template", "")}, {"values", source.value("values", Json::object())}};
}

}  // namespace

std::string_view training_status(std::string_view state) { return state == "dispatching" ? "queued" : state; }

Result<Json> TrainingRuns::shown(const Json& task) {
    std::vector<TaskSourceRow> rows;
    const auto id = task["id"].get<std::string>();
    GOETIA_TRY(service_.store().read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(rows, rows_where<TaskSourceRow>(database, " WHERE task = $1", {id}));
        return {};
    }));
    Json config = Json::object();
    if (!rows.empty()) {
        GOETIA_ASSIGN(const Json source, parse_json(rows[0].body, "what task '" + id + "' was made from"));
        config = config_of(source);
    }
    const bool is_whole = task["state"] == "completed";
    return Json{{"id", task["id"]},
                {"name", task["name"]},
                {"status", training_status(task["state"].get<std::string>())},
                {"progress", is_whole ? 100.0 : 100.0 * task["progress"].value("share", 0.0)},
                {"config", std::move(config)},
                {"created_at", task["created_at"]},
                {"started_at", task["started_at"]},
                {"finished_at", task["finished_at"]},
                {"experiment", task["experiment"]},
                {"error", task["error"]}};
}

Result<Json> TrainingRuns::show(const Caller& caller, TaskId id) {
    GOETIA_ASSIGN(const Json task, service_.task(caller, id));
    return shown(task);
}

Result<std::string> TrainingRuns::experiment_of(const Caller& caller, TaskId id) {
    GOETIA_ASSIGN(const Json task, service_.task(caller, id));
    if (!task["experiment"].is_string()) return make_error(Code::kWrongState, "task '{}' trains nothing", id);
    return task["experiment"].get<std::string>();
}

Result<std::vector<Json>> TrainingRuns::metrics(const Caller& caller, TaskId id) {
    GOETIA_ASSIGN(const std::string experiment, experiment_of(caller, id));
    const std::filesystem::path folder = service_.data() / "experiments" / experiment;
    std::vector<Json> epochs;
    if (std::error_code none; !std::filesystem::exists(folder, none)) return epochs;
    GOETIA_ASSIGN(const RunHistory history, read_history(ExperimentFolder(folder)));
    for (const EpochRecord& epoch : history.epochs)
        epochs.push_back({{"epoch", epoch.epoch}, {"step", epoch.step}, {"metrics", epoch.metrics}});
    return epochs;
}

Result<std::vector<Json>> TrainingRuns::logs(const Caller& caller, TaskId id, std::int64_t first, std::int64_t most) {
    GOETIA_TRY(experiment_of(caller, id));
    std::vector<Json> lines;
    std::int64_t number = 0;
    std::string rest;
    for (std::int64_t offset = 0; std::ssize(lines) < most;) {
        const Result<std::string> part = service_.log_of(caller, id, "logs/train.log", offset, kLogPiece);
        if (!part && part.error().code != Code::kNotFound) return part.error();
        if (!part || part->empty()) break;
        offset += std::ssize(*part);
        rest += *part;
        for (std::size_t end = 0; (end = rest.find('\n')) != std::string::npos && std::ssize(lines) < most;) {
            if (++number > first) lines.push_back({{"line", number}, {"text", rest.substr(0, end)}});
            rest.erase(0, end + 1);
        }
    }
    return lines;
}

Result<std::vector<Json>> TrainingRuns::checkpoints(const Caller& caller, TaskId id) {
    GOETIA_ASSIGN(const std::string experiment, experiment_of(caller, id));
    const std::filesystem::path folder = service_.data() / "experiments" / experiment;
    GOETIA_ASSIGN(const std::vector<CheckpointRecord> all, journaled_checkpoints(folder));
    const Result<CheckpointRecord> best = best_checkpoint(folder);
    std::vector<Json> shown;
    for (const CheckpointRecord& one : all) {
        shown.push_back({{"epoch", one.epoch},
                         {"step", one.step},
                         {"metrics", one.metrics},
                         {"is_best", best && best->sha256 == one.sha256},
                         {"kind", one.kind},
                         {"name", std::filesystem::path(one.path).filename().native()},
                         {"bytes", one.bytes},
                         {"sha256", one.sha256}});
    }
    return shown;
}

}  // namespace goetia
