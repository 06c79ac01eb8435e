#include "master/service/task_facts.h"

#include <algorithm>
#include <charconv>

#include "base/clock.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/service/run_pace.h"
#include "master/service/world_json.h"

namespace goetia {
namespace {

Json time_json(double seconds) {
    if (seconds <= 0) return nullptr;
    return seconds;
}

// A task is shown with an error when that is what its end was.
Json error_json(const PoolTask& task) {
    if (task.state != TaskState::kFailed) return nullptr;
    return {{"code", "failed"}, {"message", task.reason}};
}

Json progress_json(const PoolTask& task, const TaskFacts& facts, double now) {
    static const Json kNoPace = RunPace().to_json();
    const TaskProgress& progress = task.progress;
    const double share =
        progress.steps > 0 ? static_cast<double>(progress.step) / static_cast<double>(progress.steps) : 0;
    Json json = facts.pace ? *facts.pace : kNoPace;
    json["step"] = progress.step, json["steps"] = progress.steps, json["share"] = share;
    const std::string phase = task.state == TaskState::kPending ? "packaging" : facts.phase;
    json["phase"] = phase.empty() ? Json() : Json(phase);
    json["left"] = facts.ends_at > 0 ? Json(std::max(facts.ends_at - now, 0.0)) : Json();
    json["left_from_history"] = facts.ends_like_others;
    return json;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

// What is seen of a run while it goes on.
Json seen_json(const TaskFacts& facts) {
    Json seen = {{"phase", facts.phase}, {"ends_at", facts.ends_at}, {"like_others", facts.ends_like_others}};
    if (facts.pace) seen["pace"] = *facts.pace;
    return seen;
}

void take_seen(const Json& seen, TaskFacts& facts) {
    facts.phase = seen.value("phase", "");
    facts.ends_at = seen.value("ends_at", 0.0);
    facts.ends_like_others = seen.value("like_others", false);
    if (seen.contains("pace")) facts.pace = std::make_shared<const Json>(seen["pace"]);
}

}  // namespace

std::string_view phase_word(AttemptPhase phase) {
    switch (phase) {
        case AttemptPhase::kAssigned:
        case AttemptPhase::kAccepted: return "sending";
        case AttemptPhase::kFetching: return "receiving";
        case AttemptPhase::kChecking: return "checking";
        case AttemptPhase::kStarting: return "preparing";
        case AttemptPhase::kRunning:
        case AttemptPhase::kPaused: return "training";
        case AttemptPhase::kStopping:
        case AttemptPhase::kExited:
        case AttemptPhase::kClosed: return "finishing";
    }
    return "";
}

std::string task_text_id(TaskId id) { return std::to_string(id); }

Result<TaskId> task_id_from(std::string_view text) {
    TaskId id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size() || id == 0 || text[0] == '0') {
        return not_found("there is no task '{}'", text);
    }
    return id;
}

TaskRow task_row(const PoolTask& task, const TaskFacts& facts, double now) {
    Json body = {{"task", world_json(task)}, {"started_at", facts.started_at}, {"finished_at", facts.finished_at}};
    if (!task.noop) body["wanted"] = to_json(facts.wanted);
    if (!facts.nodes.empty()) body["nodes"] = facts.nodes;
    if (!facts.owner_name.empty()) body["owner_name"] = facts.owner_name;
    if (facts.from) body["from"] = *facts.from;
    if (!facts.model.empty()) body["model"] = facts.model;
    if (!facts.task_type.empty()) body["task_type"] = facts.task_type;
    if (!task.noop) body["seen"] = seen_json(facts);
    return {.id = task_text_id(task.id),
            .state = std::string(name_of(task.state)),
            .is_live = !info_of(task.state).finished,
            .owner = facts.owner,
            .name = facts.name,
            .priority = task.priority,
            .experiment = facts.wanted.experiment,
            .created_at = facts.created_at,
            .updated_at = now,
            .version = facts.version,
            .body = json_text(body),
            .sweep = facts.sweep};
}

AttemptRow attempt_row(const Attempt& attempt, const AttemptMarks& marks, bool is_live, double now) {
    Json body = world_json(attempt);
    body["marks"] = marks.to_json();
    const std::string node = attempt.parts.empty() ? "" : std::to_string(attempt.parts[0].node);
    const std::string_view state = attempt.parts.empty() ? "" : name_of(attempt.parts[0].phase);
    return {.fence = static_cast<std::int64_t>(attempt.fence),
            .task = task_text_id(attempt.task),
            .node = node,
            .state = std::string(state),
            .is_live = is_live,
            .created_at = marks.all().empty() ? now : marks.all().front().time,
            .updated_at = now,
            .body = json_text(body)};
}

NodeRow node_row(const PoolNode& node, const std::string& state, const Json& facts, double created_at, double now) {
    return {.id = std::to_string(node.id),
            .name = node.name,
            .state = state,
            .created_at = created_at,
            .updated_at = now,
            .body = json_text({{"node", world_json(node)}, {"facts", facts}})};
}

Result<StoredTask> stored_task(const TaskRow& row) {
    const std::string subject = "task '" + row.id + "'";
    GOETIA_ASSIGN(const Json body, parse_json(row.body, "the store's row of " + subject));
    StoredTask stored;
    GOETIA_TRY(read_world_json(body.value("task", Json::object()), subject, stored.task));
    TaskFacts& facts = stored.facts;
    facts = {.name = row.name,
             .owner = row.owner,
             .owner_name = body.value("owner_name", ""),
             .sweep = row.sweep,
             .created_at = row.created_at,
             .started_at = body.value("started_at", 0.0),
             .finished_at = body.value("finished_at", 0.0),
             .nodes = body.value("nodes", std::vector<std::string>()),
             .task_type = body.value("task_type", ""),
             .model = body.value("model", ""),
             .version = row.version};
    if (body.contains("from")) facts.from = std::make_shared<const Json>(body["from"]);
    if (body.contains("seen")) take_seen(body["seen"], facts);
    if (body.contains("wanted")) {
        GOETIA_ASSIGN(facts.wanted, wanted_attempt_from(body["wanted"]));
    }
    facts.wanted.noop = stored.task.noop;
    return stored;
}

Result<StoredAttempt> stored_attempt(const AttemptRow& row) {
    const std::string subject = "attempt " + std::to_string(row.fence);
    GOETIA_ASSIGN(const Json body, parse_json(row.body, "the store's row of " + subject));
    StoredAttempt stored{.attempt = {}, .marks = AttemptMarks::from_json(body.value("marks", Json::array()))};
    GOETIA_TRY(read_world_json(body, subject, stored.attempt));
    return stored;
}

Result<StoredNode> stored_node(const NodeRow& row) {
    const std::string subject = "node '" + row.name + "'";
    GOETIA_ASSIGN(const Json body, parse_json(row.body, "the store's row of " + subject));
    StoredNode stored{.facts = std::make_shared<const Json>(body.value("facts", Json())), .created_at = row.created_at};
    GOETIA_TRY(read_world_json(body.value("node", Json::object()), subject, stored.node));
    return stored;
}

Json shown_task(const PoolTask& task, const TaskFacts& facts, double now) {
    return {{"id", task_text_id(task.id)},
            {"name", facts.name},
            {"state", name_of(task.state)},
            {"reason", task.reason},
            {"owner", facts.owner},
            {"owner_name", facts.owner_name},
            {"priority", task.priority},
            {"created_at", facts.created_at},
            {"started_at", time_json(facts.started_at)},
            {"finished_at", time_json(facts.finished_at)},
            {"nodes", facts.nodes},
            {"experiment", text_or_null(facts.wanted.experiment)},
            {"task_type", text_or_null(facts.task_type)},
            {"model", text_or_null(facts.model)},
            {"error", error_json(task)},
            {"progress", progress_json(task, facts, now)},
            {"attempts", task.attempts},
            {"cost", task.spent},
            {"sweep", text_or_null(facts.sweep)},
            {"from", facts.from ? *facts.from : Json()},
            {"etag", std::to_string(facts.version)}};
}

}  // namespace goetia
