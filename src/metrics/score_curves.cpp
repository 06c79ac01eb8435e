#include "metrics/score_curves.h"

#include "metrics/curves.h"

namespace goetia {

ScoreCurves::ScoreCurves(std::int64_t classes, bool precision_recall, bool roc)
    : gathered_{.classes = classes, .scores = {}}, precision_recall_(precision_recall), roc_(roc) {}

void ScoreCurves::update(const Predictions& found, const Truth& truth) {
    const std::vector<float>& scores = std::get<ClassScores>(found).scores;
    gathered_.scores.insert(gathered_.scores.end(), scores.begin(), scores.end());
    labels_.insert(labels_.end(), truth.labels.begin(), truth.labels.end());
}

// For each sample its label, then its scores.
std::vector<double> ScoreCurves::state() const {
    std::vector<double> state;
    const auto width = static_cast<std::size_t>(gathered_.classes);
    state.reserve(labels_.size() * (width + 1));
    for (std::size_t row = 0; row < labels_.size(); ++row) {
        state.push_back(static_cast<double>(labels_[row]));
        const auto scores = gathered_.scores.begin() + static_cast<std::ptrdiff_t>(row * width);
        state.insert(state.end(), scores, scores + static_cast<std::ptrdiff_t>(width));
    }
    return state;
}

void ScoreCurves::join(std::span<const std::vector<double>> ranks) {
    reset();
    const auto width = static_cast<std::size_t>(gathered_.classes);
    for (const std::vector<double>& state : ranks) {
        for (std::size_t at = 0; at < state.size(); at += width + 1) {
            labels_.push_back(static_cast<std::int64_t>(state[at]));
            for (std::size_t one = 1; one <= width; ++one)
                gathered_.scores.push_back(static_cast<float>(state[at + one]));
        }
    }
}

std::vector<Drawing> ScoreCurves::drawings() const {
    CurvesDrawing precision_recall, roc;
    if (labels_.empty()) return {};
    for (std::int64_t one = 0; one < gathered_.classes; ++one) {
        const BinaryScores samples = one_against_rest(gathered_, labels_, one);
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
