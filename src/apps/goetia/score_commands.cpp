// goetia score: the evaluator alone, on files.
#include <fmt/ranges.h>

#include "apps/goetia/command.h"
#include "base/files.h"
#include "metrics/classification_report.h"
#include "metrics/coco_files.h"
#include "metrics/coco_summary.h"
#include "metrics/curves.h"
#include "metrics/score_files.h"
#include "plot/plot.h"

namespace goetia::cli {
namespace {

struct ScoreOptions {
    std::string truth, predictions, plots;
    std::vector<std::int64_t> topk{1, 5};
};

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

Result<Outcome> score(const ScoreOptions& options) {
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

constexpr std::string_view kCocoConvention =
    "pycocotools' for boxes: IoU 0.50 to 0.95, at most 100 objects an image, areas of the annotations; null where "
    "there "
    "is nothing to find";

Json stat_or_null(double value) { return value < 0 ? Json(nullptr) : Json(value); }

Result<Outcome> score_detection(const ScoreOptions& options) {
    GOETIA_ASSIGN(const std::string truth, read_file(options.truth));
    GOETIA_ASSIGN(const std::string predictions, read_file(options.predictions));
    GOETIA_ASSIGN(const CocoFiles files, read_coco_files(truth, options.truth, predictions, options.predictions));
    const CocoSummary summary = summarize_coco(files.matched);
    constexpr std::array<const char*, 12> kNames{"map",   "map_50", "map_75",  "map_small", "map_medium", "map_large",
                                                 "mar_1", "mar_10", "mar_100", "mar_small", "mar_medium", "mar_large"};
    Json metrics = Json::object(), per_class = Json::array(), notes = Json::array();
    std::string text;
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        metrics[kNames[i]] = stat_or_null(summary.stats[i]);
        text += summary.stats[i] < 0 ? fmt::format("{:<12}not defined\n", kNames[i])
                                     : fmt::format("{:<12}{:.4f}\n", kNames[i], summary.stats[i]);
    }
    for (std::size_t i = 0; i < files.category_ids.size(); ++i)
        per_class.push_back({{"class", files.category_ids[i]},
                             {"name", files.category_names[i]},
                             {"map", stat_or_null(summary.class_ap[i])}});
    if (files.has_annotation_0)
        notes.push_back("an annotation has the id 0, which pycocotools takes for 'no match'; number them from 1");
    if (files.of_unknown_categories > 0)
        notes.push_back(fmt::format("{} results are of categories that '{}' does not have, and count for nothing",
                                    files.of_unknown_categories, options.truth));
    for (const Json& note : notes) text += note.get<std::string>() + "\n";
    return Outcome{.json = {{"task", "detection"},
                            {"images", files.images.size()},
                            {"classes", files.category_ids.size()},
                            {"objects", files.truths},
                            {"predictions", files.found},
                            {"metrics", std::move(metrics)},
                            {"per_class", std::move(per_class)},
                            {"notes", std::move(notes)},
                            {"convention", kCocoConvention}},
                   .text = std::move(text)};
}

Result<Outcome> score_regression(const ScoreOptions& options) {
    GOETIA_ASSIGN(const std::string truth, read_file(options.truth));
    GOETIA_ASSIGN(const std::string predictions, read_file(options.predictions));
    GOETIA_ASSIGN(ScoredValues file, read_regression(truth, options.truth, predictions, options.predictions));
    MetricRegistry registry(Kind::kMetric);
    GOETIA_TRY(register_builtin_metrics(registry));
    Truth values;
    values.values = std::move(file.truth);
    Json metrics = Json::object();
    std::string text;
    for (const char* type : {"MAE", "RMSE", "R2"}) {
        GOETIA_ASSIGN(const auto metric, registry.make({{"type", type}}, "metrics", file.found.targets));
        metric->update(file.found, values);
        for (const MetricValue& one : metric->compute()) {
            metrics[one.name] = one.value;
            text += fmt::format("{:<12}{:.6g}\n", one.name, one.value);
        }
    }
    return Outcome{.json = {{"task", "regression"},
                            {"samples", values.values.size() / file.targets.size()},
                            {"targets", file.targets},
                            {"metrics", std::move(metrics)},
                            {"convention", "scikit-learn's; of several targets the mean of their values"}},
                   .text = std::move(text)};
}

}  // namespace

void add_score_commands(Command& app, Context& context) {
    Command& noun = app.command("score", "Score predictions from files against the ground truth");
    noun.needs_command();
    Command& classification = noun.command(
        "classification", "CSV 'sample,label' and CSV 'sample,score_0,...'; conventions are scikit-learn's");
    const auto options = std::make_shared<ScoreOptions>();
    classification.option("--truth", options->truth, "the CSV file with the labels").required();
    classification.option("--predictions", options->predictions, "the CSV file with the scores").required();
    classification.option("--topk", options->topk, "the k of accuracy_topk").separator(',').positive().show_default();
    classification.option("--pictures", options->plots,
                          "a folder to draw the confusion matrix and the PR and ROC curves in");
    context.on(classification, [options] { return score(*options); });

    Command& detection =
        noun.command("detection", "COCO's annotations and its list of results; the numbers are pycocotools'");
    const auto files = std::make_shared<ScoreOptions>();
    detection.option("--truth", files->truth, "the JSON file with images, categories and annotations").required();
    detection.option("--predictions", files->predictions, "the JSON list of image_id, category_id, bbox and score")
        .required();
    context.on(detection, [files] { return score_detection(*files); });

    Command& regression = noun.command("regression", "CSV 'sample,<target>,...' twice; conventions are scikit-learn's");
    const auto values = std::make_shared<ScoreOptions>();
    regression.option("--truth", values->truth, "the CSV file with the true values").required();
    regression.option("--predictions", values->predictions, "the CSV file with the predicted values").required();
    context.on(regression, [values] { return score_regression(*values); });
}

}  // namespace goetia::cli
