#include "metrics/classification_report.h"

#include <cmath>

#include "metrics/averaged.h"
#include "metrics/calibration.h"
#include "metrics/class_areas.h"

namespace goetia {
namespace {

constexpr std::string_view kConvention =
    "scikit-learn's, with zero_division=0: macro is the mean over the classes that occur in truth or prediction; of "
    "equal scores the lower class number counts as surer; "
    "average precision and ROC AUC are one class against the rest, null without samples of it (or, for ROC, of "
    "others), and their means leave such classes out; cohen_kappa is null when all are of one class, mcc when the "
    "truth or the predictions are; the calibration error has 15 bins of equal width, of the scores themselves when all "
    "are from 0 to 1, else of their softmax";

Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

std::vector<Json> reported_metrics(const std::vector<std::int64_t>& topk, bool probabilities) {
    std::vector<Json> metrics{{{"type", "Accuracy"}, {"topk", topk}}};
    for (const char* type : {"Precision", "Recall", "F1Score"}) {
        for (const char* average : {"macro", "micro", "weighted"})
            metrics.push_back({{"type", type}, {"average", average}});
    }
    for (const char* type : {"CohenKappa", "MatthewsCorrelation", "AveragePrecision", "RocAUC"})
        metrics.push_back({{"type", type}});
    metrics.push_back({{"type", "RocAUC"}, {"average", "weighted"}});
    metrics.push_back({{"type", "CalibrationError"}, {"scores", probabilities ? "probabilities" : "logits"}});
    return metrics;
}

}  // namespace

Result<ClassificationReport> classification_report(const ClassScores& found, const std::vector<std::int64_t>& labels,
                                                   const std::vector<std::int64_t>& topk) {
    MetricRegistry registry(Kind::kMetric);
    GOETIA_TRY(register_builtin_metrics(registry));
    Truth truth;
    truth.labels = labels;
    ClassificationReport report{Json::object(), Json::array(), Json::array(), std::string(kConvention)};
    for (const Json& config : reported_metrics(topk, are_probabilities(found))) {
        GOETIA_ASSIGN(const auto metric, registry.make(config, "metrics", found.classes));
        metric->update(found, truth);
        for (const MetricValue& one : metric->compute()) report.metrics[one.name] = number_or_null(one.value);
    }
    ClassCounts counts(found.classes);
    counts.update(found, labels);
    const ClassAreas areas = class_areas(found, labels);
    for (std::int64_t one = 0; one < found.classes; ++one) {
        const auto place = static_cast<std::size_t>(one);
        report.per_class.push_back(
            {{"class", one},
             {"support", counts.truths(one)},
             {"precision", ratio_or_zero(counts.hits(one), counts.predictions(one))},
             {"recall", ratio_or_zero(counts.hits(one), counts.truths(one))},
             {"f1", ratio_or_zero(2 * counts.hits(one), counts.predictions(one) + counts.truths(one))},
             {"average_precision", number_or_null(areas.average_precision[place])},
             {"roc_auc", number_or_null(areas.roc_auc[place])}});
        Json row = Json::array();
        for (std::int64_t other = 0; other < found.classes; ++other) row.push_back(counts.at(one, other));
        report.confusion_matrix.push_back(std::move(row));
    }
    return report;
}

}  // namespace goetia
