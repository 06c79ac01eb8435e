#include "apps/goetia/command.h"
#include "apps/goetia/score_kit.h"
#include "base/files.h"
#include "metrics/metric.h"
#include "metrics/score_files.h"

namespace goetia::cli {

Result<Outcome> score_regression(const ScoreOptions& options) {
    GOETIA_ASSIGN(const std::string truth, read_file(options.truth));
    GOETIA_ASSIGN(const std::string predictions, read_file(options.predictions));
    GOETIA_ASSIGN(ScoredValues file, read_regression(truth, options.truth, predictions, options.predictions));
    MetricRegistry registry(Kind::kMetric);
    GOETIA_TRY(register_builtin_metrics(registry));
    Truth values;
    values.values = std::move(file.truth), values.subjects = std::move(file.subjects);
    std::vector<const char*> types{"MAE", "RMSE", "R2"};
    if (!values.subjects.empty()) types.push_back("SubjectMAE");
    Json metrics = Json::object();
    std::string text;
    for (const char* type : types) {
        GOETIA_ASSIGN(const auto metric, registry.make({{"type", type}}, "metrics", file.found.targets));
        metric->update(file.found, values);
        for (const MetricValue& one : metric->compute()) {
            metrics[one.name] = one.value;
            text += fmt::format("{:<12}{:.6g}\n", one.name, one.value);
        }
    }
    return Outcome{
        .json = {{"task", "regression"},
                 {"samples", values.values.size() / file.targets.size()},
                 {"targets", file.targets},
                 {"metrics", std::move(metrics)},
                 {"convention",
                  "scikit-learn's; of several targets the mean of their values; subject_mae is the mean over "
                  "the subjects of each one's mean distance"}},
        .text = std::move(text)};
}

}  // namespace goetia::cli
