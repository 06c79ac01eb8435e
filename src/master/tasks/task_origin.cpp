#include "master/tasks/task_origin.h"

#include "base/json.h"
#include "base/json_text.h"
#include "experiment/journal_records.h"
#include "master/experiments/visible_experiment.h"
#include "master/models/best_checkpoint.h"
#include "master/service/ownership.h"
#include "master/store/work_rows.h"
#include "master/tasks/task_body.h"

namespace goetia {
namespace {

// What says what is run, and what follows from a package.
constexpr std::array kSourceFields{"config", "template", "values", "overrides", "dataset"};
constexpr std::array kPackageFields{"package", "runtime", "data", "libtorch", "cuda", "driver", "glibc", "processor"};
constexpr std::array kOriginFields{"from_task", "from_experiment", "from_model", "dry_run"};

bool is_given(const Json& given, const char* field) {
    const auto found = given.find(field);
    return found != given.end() && !found->is_null() && !found->empty() && *found != "";
}

void erase_fields(Json& body, const auto& fields) {
    for (const char* field : fields) body.erase(field);
}

// The body of the request that made the task.
Result<Json> source_of(Store& store, const std::string& task) {
    std::vector<TaskSourceRow> rows;
    GOETIA_TRY(store.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(rows, rows_where<TaskSourceRow>(database, " WHERE task = $1", {task}));
        return {};
    }));
    if (rows.empty())
        return make_error(Code::kWrongState, "what task '{}' was made from is not kept; give 'config' or 'template'",
                          task);
    return parse_json(rows[0].body, "what task '" + task + "' was made from");
}

struct Origin {
    std::string task;  // whose source is the base
    Json from;
    std::optional<std::filesystem::path> weights;
};

Result<Origin> origin_of(MasterService& service, ModelLibrary& models, const Caller& caller, const Json& given) {
    if (is_given(given, "from_task")) {
        GOETIA_ASSIGN(const TaskId id, task_id_from(given["from_task"].get<std::string>()));
        GOETIA_ASSIGN(const Json shown, service.task(caller, id));
        return Origin{.task = task_text_id(id),
                      .from = {{"relation", "clone"}, {"task", shown["id"]}, {"experiment", shown["experiment"]}},
                      .weights = {}};
    }
    if (is_given(given, "from_experiment")) {
        GOETIA_ASSIGN(const ExperimentRow row,
                      visible_experiment(service.store(), caller, given["from_experiment"].get<std::string>()));
        GOETIA_ASSIGN(const CheckpointRecord best, best_checkpoint(service.data() / "experiments" / row.id));
        if (!service.has_object(best.sha256))
            return make_error(Code::kWrongState, "the best checkpoint of '{}' has not arrived from its node yet",
                              row.id);
        return Origin{.task = row.task,
                      .from = {{"relation", "fine-tune"},
                               {"experiment", row.id},
                               {"task", row.task},
                               {"epoch", best.epoch},
                               {"sha256", best.sha256}},
                      .weights = service.object_path(best.sha256)};
    }
    if (is_given(given, "from_model")) {
        GOETIA_ASSIGN(const ModelRow row, models.find(caller, given["from_model"].get<std::string>()));
        return Origin{.task = row.task,
                      .from = {{"relation", "fine-tune"},
                               {"model", row.id},
                               {"experiment", row.experiment},
                               {"task", row.task},
                               {"sha256", row.hash}},
                      .weights = models.file(row)};
    }
    return Origin{};
}

Status check_one_origin(const Json& given) {
    std::string first;
    for (const char* field : {"from_task", "from_experiment", "from_model"}) {
        if (!is_given(given, field)) continue;
        if (first.empty()) first = field;
        else
            return Error{
                Code::kInvalid,
                "a task begins from one thing",
                {{.path = field, .message = "is given together with '" + first + "'", .allowed = "one of them"}}};
    }
    return {};
}

}  // namespace

Json merged_task(Json base, const Json& given, bool has_new_weights) {
    const bool has_source = is_given(given, "config") || is_given(given, "template") || is_given(given, "package");
    const bool has_changes =
        is_given(given, "overrides") || is_given(given, "values") || is_given(given, "dataset") || has_new_weights;
    if (has_source) erase_fields(base, kSourceFields);
    if (has_source || has_changes) erase_fields(base, kPackageFields);
    for (const auto& [field, value] : given.items()) {
        if (field == "overrides" && base.contains(field)) {
            for (const Json& one : value) base[field].push_back(one);
        } else if (field == "values" && base.contains(field)) {
            base[field].update(value);
        } else {
            base[field] = value;
        }
    }
    erase_fields(base, kOriginFields);
    return base;
}

Result<WantedTask> wanted_task(MasterService& service, ModelLibrary& models, const Caller& caller, const Json& given) {
    GOETIA_TRY(check_one_origin(given));
    GOETIA_ASSIGN(const Origin origin, origin_of(service, models, caller, given));
    Json base = Json::object();
    if (!origin.task.empty()) {
        Result<Json> source = source_of(service.store(), origin.task);
        const bool is_needed =
            !is_given(given, "config") && !is_given(given, "template") && !is_given(given, "package");
        if (!source && is_needed) return std::move(source).error();
        if (source) base = std::move(*source);
    }
    const Json merged = merged_task(std::move(base), given, origin.weights.has_value());
    return WantedTask{.body = std::make_shared<const Json>(new_task_schema().complete(merged)),
                      .from = origin.from.is_null() ? nullptr : std::make_shared<const Json>(origin.from),
                      .weights = origin.weights};
}

}  // namespace goetia
