#include "master/tasks/task_events.h"

#include <algorithm>
#include <map>

#include "base/json.h"
#include "base/json_text.h"

namespace goetia {
namespace {

constexpr std::string_view kOfTasks = "task.";

struct KeptOfTask {
    std::vector<AuditRow> audit;
    std::vector<AttemptRow> attempts;
    std::vector<ArtifactRow> checkpoints;
    std::vector<ExperimentRow> experiments;  // one, or none
};

Result<KeptOfTask> kept_of_task(Store& store, const std::string& task, const std::string& experiment) {
    KeptOfTask kept;
    GOETIA_TRY(store.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(kept.audit, rows_where<AuditRow>(database, " WHERE subject = $1 ORDER BY number", {task}));
        GOETIA_ASSIGN(kept.attempts, rows_where<AttemptRow>(database, " WHERE task = $1 ORDER BY fence", {task}));
        if (experiment.empty()) return {};
        GOETIA_ASSIGN(kept.checkpoints, rows_where<ArtifactRow>(
                                            database, " WHERE experiment = $1 AND kind = 'checkpoint'", {experiment}));
        GOETIA_ASSIGN(kept.experiments, rows_where<ExperimentRow>(database, " WHERE id = $1", {experiment}));
        return {};
    }));
    return kept;
}

bool is_end(std::string_view kind) { return kind == "completed" || kind == "failed" || kind == "stopped"; }

Json event_json(const std::string& id, double time, std::string_view kind, std::string sentence, const std::string& by,
                Json details) {
    return {{"id", id},
            {"time", time},
            {"kind", kind},
            {"sentence", std::move(sentence)},
            {"attempt", nullptr},
            {"node", nullptr},
            {"by", by.empty() ? Json() : Json(by)},
            {"details", std::move(details)}};
}

// What was asked of it, and how it ended. Numbers of users and nodes may be subjects of other actions.
void add_audit(const std::vector<AuditRow>& rows, std::vector<Json>& events) {
    for (const AuditRow& row : rows) {
        if (!row.action.starts_with(kOfTasks)) continue;
        const std::string action = row.action.substr(kOfTasks.size());
        if (is_end(action)) {
            events.push_back(event_json("audit." + std::to_string(row.number), row.time, action,
                                        row.detail.empty() ? "it is " + action : row.detail, "",
                                        {{"reason", row.detail}}));
        } else if (action == "submit") {
            events.push_back(event_json("audit." + std::to_string(row.number), row.time, "submitted",
                                        row.actor + " submitted it", row.actor, {{"name", row.detail}}));
        } else if (action == "rename") {
            events.push_back(event_json("audit." + std::to_string(row.number), row.time, "renamed",
                                        row.actor + " named it '" + row.detail + "'", row.actor,
                                        {{"name", row.detail}}));
        } else {
            events.push_back(event_json("audit." + std::to_string(row.number), row.time, "asked",
                                        row.actor + " asked for '" + action + "'", row.actor, {{"action", action}}));
        }
    }
}

Status add_attempts(const std::vector<AttemptRow>& rows, std::vector<Json>& events) {
    std::string before;  // the node of the attempt before
    for (const AttemptRow& row : rows) {
        GOETIA_ASSIGN(const StoredAttempt stored, stored_attempt(row));
        for (std::size_t i = 0; i < stored.marks.all().size(); ++i) {
            const AttemptMark& mark = stored.marks.all()[i];
            Json event = event_of(stored.marks, i, stored.attempt);
            const bool has_moved = !before.empty() && before != mark.name && mark.phase == AttemptPhase::kAssigned;
            if (has_moved) event["details"]["moved_from"] = before;
            events.push_back(std::move(event));
        }
        if (!stored.marks.all().empty()) before = stored.marks.all().front().name;
    }
    return {};
}

// Of each file the newest that came: one that is written again and again has one event.
void add_checkpoints(const KeptOfTask& kept, std::vector<Json>& events) {
    std::map<std::string, Json> records;  // by path
    if (!kept.experiments.empty()) {
        const Result<Json> body = parse_json(kept.experiments[0].body, "the body of an experiment");
        for (const Json& record : body ? body->value("checkpoints", Json::array()) : Json::array())
            records[record.value("path", "")] = record;
    }
    for (const ArtifactRow& file : kept.checkpoints) {
        Json details = {{"path", file.path}, {"bytes", file.bytes}, {"sha256", file.hash}};
        const auto record = records.find(file.path);
        std::string sentence = "checkpoint '" + file.path + "' has come";
        if (record != records.end()) {
            for (const char* key : {"epoch", "step", "kind"}) details[key] = record->second.value(key, Json());
            sentence += " of step " + json_text(details["step"]);
        }
        events.push_back(event_json("checkpoint." + file.path, file.created_at, "checkpoint", std::move(sentence), "",
                                    std::move(details)));
    }
}

}  // namespace

Result<std::vector<Json>> TaskEvents::of(const Caller& caller, TaskId id) {
    GOETIA_ASSIGN(const Json task, service_.task(caller, id));
    const std::string experiment = task["experiment"].is_string() ? task["experiment"].get<std::string>() : "";
    GOETIA_ASSIGN(const KeptOfTask kept, kept_of_task(service_.store(), task_text_id(id), experiment));
    std::vector<Json> events;
    add_audit(kept.audit, events);
    GOETIA_TRY(add_attempts(kept.attempts, events));
    add_checkpoints(kept, events);
    // Of one decision all have the same time; the end comes last.
    std::ranges::stable_sort(events, {}, [](const Json& event) {
        return std::pair(event["time"].get<double>(), is_end(event["kind"].get_ref<const std::string&>()));
    });
    return events;
}

}  // namespace goetia
