#include "master/overview/overview.h"

#include <future>

#include "base/json.h"

namespace goetia {
namespace {

constexpr const char* kAccuracy = "metrics.val/accuracy_top1.best";

ListCondition equals(std::string field, std::string text) {
    return {.field = std::move(field), .op = ListOperator::kEqual, .text = std::move(text)};
}

Json tasks_overview(const ListTable& tasks, const std::string& owner) {
    const std::map<std::string, std::size_t> states = tasks.count_by("state", {equals("owner", owner)});
    const auto count_of = [&](const char* state) {
        const auto found = states.find(state);
        return found == states.end() ? std::size_t{0} : found->second;
    };
    std::size_t all = 0;
    for (const auto& [state, count] : states) all += count;
    return {{"training_tasks", all},
            {"running_tasks", count_of("running")},
            {"queued_tasks", count_of("pending") + count_of("queued") + count_of("dispatching")},
            {"paused_tasks", count_of("paused")},
            {"completed_tasks", count_of("completed")},
            {"failed_tasks", count_of("failed")},
            {"stopped_tasks", count_of("stopped")}};
}

// The classifier with the lowest best accuracy of validation, of the runs that were completed.
Result<Json> least_accurate(const ListTable& experiments, const std::string& owner) {
    ListQuery query{.conditions = {equals("owner", owner),
                                   equals("state", "completed"),
                                   {.field = kAccuracy, .op = ListOperator::kGreaterOrEqual, .text = "0", .number = 0}},
                    .sort = kAccuracy,
                    .limit = 1};
    GOETIA_ASSIGN(const ListPage page, experiments.list(query));
    const std::string id = page.ids.empty() ? "" : page.ids[0];
    const ListValue value = experiments.value(id, kAccuracy);
    const double* number = std::get_if<double>(&value);
    if (number == nullptr) return Json{{"lowest_accuracy", nullptr}, {"lowest_accuracy_experiment", nullptr}};
    return Json{{"lowest_accuracy", *number}, {"lowest_accuracy_experiment", id}};
}

double number_in(const Json& part, const char* name) {
    return part.is_object() && part.contains(name) && part[name].is_number() ? part[name].get<double>() : 0;
}

}  // namespace

Json pool_overview(const std::vector<Json>& nodes) {
    std::map<std::string, std::int64_t> states;
    std::int64_t gpus = 0, taken = 0;
    double cores = 0, free_cores = 0, measured = 0, busy = 0, memory = 0, memory_used = 0, disk = 0, disk_used = 0;
    double gpu_use = 0, gpu_memory = 0, gpu_memory_used = 0;
    for (const Json& node : nodes) {
        ++states[node["state"].get<std::string>()];
        if (node["state"] == "offline") continue;
        cores += number_in(node, "cores"), free_cores += number_in(node, "free_cores");
        memory += number_in(node, "memory"), disk += number_in(node["facts"], "disk");
        if (node["use"].is_object()) {
            measured += number_in(node, "cores");
            busy += number_in(node, "cores") * number_in(node["use"], "processor");
        }
        memory_used += number_in(node["use"], "memory"), disk_used += number_in(node["use"], "disk");
        for (const Json& gpu : node["gpus"]) {
            ++gpus, taken += gpu["attempt"].is_null() ? 0 : 1;
            gpu_use += number_in(gpu, "utilisation");
            gpu_memory += number_in(gpu, "memory"), gpu_memory_used += number_in(gpu, "memory_used");
        }
    }
    return {{"nodes", nodes.size()},
            {"node_states", states},
            {"gpus", gpus},
            {"gpus_taken", taken},
            {"gpu_use", gpus > 0 ? Json(gpu_use / static_cast<double>(gpus)) : Json()},
            {"gpu_memory", static_cast<std::int64_t>(gpu_memory)},
            {"gpu_memory_used", static_cast<std::int64_t>(gpu_memory_used)},
            {"cores", static_cast<std::int64_t>(cores)},
            {"cores_taken", static_cast<std::int64_t>(cores - free_cores)},
            {"processor_use", measured > 0 ? Json(busy / measured) : Json()},
            {"memory", static_cast<std::int64_t>(memory)},
            {"memory_used", static_cast<std::int64_t>(memory_used)},
            {"disk", static_cast<std::int64_t>(disk)},
            {"disk_used", static_cast<std::int64_t>(disk_used)}};
}

Result<std::vector<Json>> Overview::nodes() {
    std::promise<Result<std::vector<Json>>> told;
    service_.nodes([&told](Result<std::vector<Json>> nodes) { told.set_value(std::move(nodes)); });
    return told.get_future().get();
}

Result<std::int64_t> Overview::models_of(const std::string& owner) {
    std::int64_t count = 0;
    GOETIA_TRY(service_.store().read([&](SqlConnection& database) {
        return database.query("SELECT COUNT(*) FROM models WHERE owner = $1", {owner},
                              [&](const SqlRow& row) { count = row.integer(0); });
    }));
    return count;
}

Result<Json> Overview::of(const Caller& caller) {
    Store& store = service_.store();
    GOETIA_ASSIGN(const std::int64_t models, models_of(caller.id));
    GOETIA_ASSIGN(const Json lowest, least_accurate(store.experiments(), caller.id));
    GOETIA_ASSIGN(const std::vector<Json> all, nodes());
    Json told = {{"models", models}};
    told.update(lowest);
    told.update(tasks_overview(store.tasks(), caller.id));
    told["pool"] = pool_overview(all);
    return told;
}

}  // namespace goetia
