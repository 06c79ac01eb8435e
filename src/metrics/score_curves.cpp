#include "metrics/score_curves.h"

#include "metrics/curves.h"

namespace goetia {

std::vector<Drawing> ScoreCurves::drawings() const {
    CurvesDrawing precision_recall, roc;
    if (labels().empty()) return {};
    for (std::int64_t one = 0; one < gathered().classes; ++one) {
        const BinaryScores samples = one_against_rest(gathered(), labels(), one);
        if (precision_recall_) {
            PrCurve curve = pr_curve(samples);
            precision_recall.classes.push_back(
                {std::move(curve.recall), std::move(curve.precision), curve.average_precision});
        }
        if (roc_) {
            RocCurve curve = roc_curve(samples);
            roc.classes.push_back(
                {std::move(curve.false_positive_rate), std::move(curve.true_positive_rate), curve.auc});
        }
    }
    std::vector<Drawing> drawings;
    if (precision_recall_) drawings.push_back({"pr_curve", std::move(precision_recall)});
    if (roc_) drawings.push_back({"roc_curve", std::move(roc)});
    return drawings;
}

}  // namespace goetia
