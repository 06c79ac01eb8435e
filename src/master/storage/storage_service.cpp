#include "master/storage/storage_service.h"

#include <set>

#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "experiment/folder.h"
#include "master/experiments/artifact_records.h"
#include "master/storage/storage_use.h"
#include "master/store/mysql_copy.h"

namespace goetia {
namespace {

constexpr double kSecondsBetweenCounts = 30;

Json step_json(const RetentionStep& step) {
    return {{"experiment", step.experiment},
            {"path", step.path.empty() ? Json() : Json(step.path)},
            {"bytes", step.bytes},
            {"reason", step.reason}};
}

// What the rule decides from.
Result<std::vector<RetainedExperiment>> retained_experiments(SqlConnection& database) {
    std::set<std::string> live;
    GOETIA_TRY(each_row<TaskRow>(database, " WHERE is_live = 1", {},
                                 [&](const TaskRow& row) { live.insert(row.experiment); }));
    std::map<std::string, std::vector<RetainedFile>> files;
    GOETIA_TRY(each_row<ArtifactRow>(database, " WHERE kind = 'checkpoint'", {}, [&](const ArtifactRow& row) {
        files[row.experiment].push_back({row.path, row.created_at, row.bytes});
    }));
    std::vector<RetainedExperiment> all;
    GOETIA_TRY(each_row<ExperimentRow>(database, "", {}, [&](const ExperimentRow& row) {
        const Result<Json> tags = parse_json(row.tags, "tags");
        all.push_back({.id = row.id,
                       .state = row.state,
                       .has_ended = !live.contains(row.id),
                       .tags = tags ? tags->get<std::vector<std::string>>() : std::vector<std::string>(),
                       .updated_at = row.updated_at,
                       .files = std::move(files[row.id])});
    }));
    return all;
}

// Without the bytes and the days, which change by themselves.
std::string plan_of(const std::vector<RetentionStep>& steps, const std::vector<ObjectRow>& objects) {
    std::string text;
    for (const RetentionStep& step : steps) text += step.experiment + "\n" + step.path + "\n";
    for (const ObjectRow& object : objects) text += object.hash + "\n";
    return sha256_hex(text);
}

}  // namespace

Result<Json> StorageService::use() {
    const std::scoped_lock lock(mutex_);
    if (counted_ && steady_seconds() - counted_at_ < kSecondsBetweenCounts) return *counted_;
    StorageUse counted;
    GOETIA_TRY(store_.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(counted, storage_use(data_, database));
        return {};
    }));
    Json shown = to_json(counted);
    shown["experiments"] = store_.experiments().size();
    shown["counted_at"] = to_seconds(now());
    counted_ = std::make_shared<const Json>(shown);
    counted_at_ = steady_seconds();
    return shown;
}

Result<std::vector<RetentionStep>> StorageService::planned(const RetentionRule& rule, double now) {
    std::vector<RetainedExperiment> experiments;
    GOETIA_TRY(store_.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(experiments, retained_experiments(database));
        return {};
    }));
    std::vector<RetentionStep> steps = plan_retention(rule, std::move(experiments), now);
    for (RetentionStep& step : steps) {
        if (step.path.empty())
            step.bytes = static_cast<std::int64_t>(folder_bytes(experiments_.folder(step.experiment)));
    }
    return steps;
}

Result<Json> StorageService::retention(const Caller& caller, const std::string& plan) {
    const std::scoped_lock lock(retention_mutex_);
    GOETIA_ASSIGN(const RetentionRule rule, settings_.retention());
    GOETIA_ASSIGN(const std::vector<RetentionStep> steps, planned(rule, to_seconds(now())));
    GOETIA_ASSIGN(const std::vector<ObjectRow> objects, unneeded_objects(store_));
    GOETIA_ASSIGN(std::int64_t bytes, delete_leftovers(data_, true));
    Json listed = Json::array();
    for (const RetentionStep& step : steps) listed.push_back(step_json(step)), bytes += step.bytes;
    for (const ObjectRow& object : objects) bytes += object.bytes;
    Json answer = {{"plan", plan_of(steps, objects)},
                   {"applied", false},
                   {"steps", std::move(listed)},
                   {"objects", objects.size()},
                   {"bytes", bytes}};
    if (plan.empty()) return answer;
    if (plan != answer["plan"])
        return make_error(Code::kWrongState, "what would go has changed since the dry run; look at it again");
    std::int64_t freed = 0;
    for (const RetentionStep& step : steps) {
        if (step.path.empty()) {
            GOETIA_ASSIGN(const ErasedExperiment erased, experiments_.erase(caller, step.experiment, {}));
            freed += erased.bytes;
        } else {
            GOETIA_ASSIGN(const std::int64_t file, experiments_.erase_artifact(caller, step.experiment, step.path));
            freed += file;
        }
    }
    GOETIA_ASSIGN(const std::int64_t of_objects, remove_objects(store_, objects_, objects));
    GOETIA_ASSIGN(const std::int64_t leftovers, delete_leftovers(data_, false));
    freed += of_objects + leftovers;
    GOETIA_TRY(store_.write([&](StoreTransaction& change) {
        return change.audit(
            {.time = to_seconds(now()),
             .actor = caller.name,
             .action = "storage.retention",
             .subject = "storage",
             .detail = fmt::format("{} steps, {} objects, {} bytes", steps.size(), objects.size(), freed)});
    }));
    answer["applied"] = true;
    answer["bytes"] = freed;
    return answer;
}

Result<Json> StorageService::copy() const {
    const Result<CopyState> state = read_copy_state(data_);
    if (state) return to_json(*state);
    if (state.error().code != Code::kNotFound) return state.error();
    Json none = to_json(CopyState());
    none["target"] = nullptr;
    return none;
}

}  // namespace goetia
