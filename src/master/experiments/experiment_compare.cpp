#include "master/experiments/experiment_compare.h"

#include "base/json.h"
#include "base/json_text.h"
#include "experiment/summary.h"

namespace goetia {
namespace {

Json compared_metrics(const std::vector<StoredExperiment>& experiments) {
    struct Compared {
        Json runs = Json::object();
        std::string best_run;
        double best = 0;
    };
    std::map<std::string, Compared> metrics;
    for (const StoredExperiment& one : experiments) {
        for (const auto& [name, digest] : one.metrics) {
            Compared& metric = metrics[name];
            const auto number = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
            metric.runs[one.row.id] = {
                {"last", number(digest.last)}, {"best", number(digest.best)}, {"step", number(digest.step)}};
            const std::optional<double> value = digest.best ? digest.best : digest.last;
            if (!value) continue;
            const bool is_better = lower_is_better(name) ? *value < metric.best : *value > metric.best;
            if (metric.best_run.empty() || is_better) metric.best_run = one.row.id, metric.best = *value;
        }
    }
    Json json = Json::object();
    for (auto& [name, metric] : metrics)
        json[name] = {{"lower_is_better", lower_is_better(name)},
                      {"best", metric.best_run.empty() ? Json() : Json(metric.best_run)},
                      {"runs", std::move(metric.runs)}};
    return json;
}

Json compared_configs(const std::vector<StoredExperiment>& experiments, bool all) {
    std::map<std::string, std::vector<const ListValue*>> keys;  // by run; null: it does not have the key
    for (std::size_t run = 0; run < experiments.size(); ++run) {
        for (const auto& [key, value] : experiments[run].config) {
            std::vector<const ListValue*>& values = keys[key];
            values.resize(experiments.size());
            values[run] = &value;
        }
    }
    Json json = Json::object();
    for (const auto& [key, values] : keys) {
        const auto is_first = [&](const ListValue* value) {
            return value && values[0] ? *value == *values[0] : value == values[0];
        };
        if (!all && std::ranges::all_of(values, is_first)) continue;
        Json row = Json::object();
        for (std::size_t run = 0; run < values.size(); ++run) {
            if (values[run]) row[experiments[run].row.id] = value_json(*values[run]);
        }
        json[key] = std::move(row);
    }
    return json;
}

}  // namespace

Json compared_experiments(const std::vector<StoredExperiment>& experiments, bool all) {
    Json heads = Json::array(), resources = Json::object();
    for (const StoredExperiment& one : experiments) {
        heads.push_back(
            {{"id", one.row.id}, {"name", one.row.name}, {"state", one.row.state}, {"created_at", one.row.created_at}});
        const Result<Json> body = parse_json(one.row.body, "body");
        const bool has_any = body && body->is_object() && body->contains("resources");
        resources[one.row.id] = has_any ? (*body)["resources"] : Json::object();
    }
    return {{"experiments", std::move(heads)},
            {"metrics", compared_metrics(experiments)},
            {"config", compared_configs(experiments, all)},
            {"resources", std::move(resources)}};
}

}  // namespace goetia
