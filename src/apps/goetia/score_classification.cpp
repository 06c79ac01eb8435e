#include "apps/goetia/command.h"
#include "apps/goetia/score_kit.h"
#include "base/files.h"
#include "metrics/classification_report.h"
#include "metrics/curves.h"
#include "metrics/score_files.h"
#include "plot/plot.h"

namespace goetia::cli {
namespace {

// Draws confusion_matrix.png, pr_curve.png and roc_curve.png; those that are not defined are skipped.
Result<Json> draw_plots(const std::filesystem::path& folder, const ScoredFile& file, const Json& confusion_matrix) {
    GOETIA_TRY(make_folders(folder));
    std::vector<std::string> names;
    std::vector<ClassCurve> pr, roc;
    for (std::int64_t one = 0; one < file.found.classes; ++one) {
        names.push_back(std::to_string(one));
        const BinaryScores scores = one_against_rest(file.found, file.labels, one);
        PrCurve recall = pr_curve(scores);
        RocCurve rates = roc_curve(scores);
        if (!recall.recall.empty())
            pr.push_back(
                {names.back(), std::move(recall.recall), std::move(recall.precision), recall.average_precision});
        if (!rates.thresholds.empty())
            roc.push_back(
                {names.back(), std::move(rates.false_positive_rate), std::move(rates.true_positive_rate), rates.auc});
    }
    Json drawn = Json::array();
    const auto keep = [&](const char* file) { return drawn.push_back((folder / file).string()), folder / file; };
    GOETIA_TRY(plot_confusion_matrix(keep("confusion_matrix.png"),
                                     confusion_matrix.get<std::vector<std::vector<double>>>(), names, true));
    if (!pr.empty()) GOETIA_TRY(plot_pr_curves(keep("pr_curve.png"), shown_pr_curves(pr)));
    if (!roc.empty()) GOETIA_TRY(plot_roc_curves(keep("roc_curve.png"), shown_roc_curves(roc)));
    return drawn;
}

}  // namespace

Result<Outcome> score_classification(const ScoreOptions& options) {
    GOETIA_ASSIGN(const std::string truth, read_file(options.truth));
    GOETIA_ASSIGN(const std::string predictions, read_file(options.predictions));
    GOETIA_ASSIGN(const ScoredFile file, read_classification(truth, options.truth, predictions, options.predictions));
    GOETIA_ASSIGN(ClassificationReport report, classification_report(file.found, file.labels, options.topk));
    Json plots = Json::array();
    if (!options.plots.empty()) {
        GOETIA_ASSIGN(plots, draw_plots(options.plots, file, report.confusion_matrix));
    }
    std::string text;
    for (const auto& [name, value] : report.metrics.items())
        text += value.is_null() ? fmt::format("{:<26}not defined\n", name)
                                : fmt::format("{:<26}{:.4f}\n", name, value.get<double>());
    return Outcome{.json = {{"task", "classification"},
                            {"samples", file.labels.size()},
                            {"classes", file.found.classes},
                            {"metrics", std::move(report.metrics)},
                            {"per_class", std::move(report.per_class)},
                            {"confusion_matrix", std::move(report.confusion_matrix)},
                            {"pictures", std::move(plots)},
                            {"convention", std::move(report.convention)}},
                   .text = std::move(text)};
}

}  // namespace goetia::cli
