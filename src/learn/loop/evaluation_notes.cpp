#include "learn/loop/evaluation_notes.h"

#include "base/clock.h"
#include "metrics/curves.h"
#include "plot/plot.h"

namespace goetia {
namespace {

std::vector<ClassCurve> curves_of(const Scored& scored, const std::vector<std::string>& classes, bool roc) {
    std::vector<ClassCurve> curves;
    for (std::int64_t one = 0; one < scored.classes; ++one) {
        const BinaryScores samples = one_against_rest({scored.scores, scored.labels, scored.classes}, one);
        const std::string& name = classes[static_cast<std::size_t>(one)];
        if (roc) {
            RocCurve curve = roc_curve(samples);
            curves.push_back(
                {name, std::move(curve.false_positive_rate), std::move(curve.true_positive_rate), curve.auc});
        } else {
            PrCurve curve = pr_curve(samples);
            curves.push_back({name, std::move(curve.recall), std::move(curve.precision), curve.average_precision});
        }
    }
    return curves;
}

EvaluationRecord::Curve kept(ClassCurve curve) {
    return {.name = std::move(curve.name), .x = std::move(curve.x), .y = std::move(curve.y), .score = curve.score};
}

EvaluationRecord::Curves kept(ShownCurves curves) {
    EvaluationRecord::Curves all{
        .shown = {}, .mean = kept(std::move(curves.mean)), .classes = static_cast<std::int64_t>(curves.classes)};
    for (ClassCurve& curve : curves.shown) all.shown.push_back(kept(std::move(curve)));
    return all;
}

EvaluationRecord::Matrix kept(const Json& counts, bool normalize) {
    EvaluationRecord::Matrix matrix{.normalize = normalize, .cells = {}};
    for (std::size_t truth = 0; truth < counts.size(); ++truth) {
        for (std::size_t found = 0; found < counts[truth].size(); ++found) {
            const auto count = counts[truth][found].get<double>();
            if (count != 0)
                matrix.cells.push_back({static_cast<std::int64_t>(truth), static_cast<std::int64_t>(found), count});
        }
    }
    return matrix;
}

}  // namespace

EvaluationRecord evaluation_record(const Evaluation& evaluation, const std::vector<std::string>& classes,
                                   const TrainSettings::Pictures& wanted) {
    EvaluationRecord record{.classes = classes, .confusion_matrix = {}, .pr = {}, .roc = {}};
    for (const auto& [metric, detail] : evaluation.details) {
        if (wanted.confusion_matrix && detail.contains("confusion_matrix"))
            record.confusion_matrix = kept(detail["confusion_matrix"], wanted.confusion_normalized);
    }
    const Scored& scored = evaluation.scored;
    if (wanted.pr_curve && !scored.labels.empty())
        record.pr = kept(shown_pr_curves(curves_of(scored, classes, /*roc=*/false)));
    if (wanted.roc_curve && !scored.labels.empty())
        record.roc = kept(shown_roc_curves(curves_of(scored, classes, /*roc=*/true)));
    return record;
}

Status EvaluationNotes::after_epoch(TrainContext& context) {
    const Evaluation& evaluation = trainer_->last_evaluation();
    const TrainSettings& settings = trainer_->parts().settings;
    const Progress& progress = context.progress();
    if (!evaluation.values.empty()) seen_ = evaluation, seen_at_ = progress, is_written_ = false;
    const bool is_due = settings.plot_interval > 0 && progress.epoch % settings.plot_interval == 0;
    return is_due ? write() : Status();
}

Status EvaluationNotes::after_run(TrainContext&) { return write(); }

Status EvaluationNotes::write() {
    if (is_written_) return {};
    is_written_ = true;
    EvaluationRecord record = evaluation_record(seen_, classes_, trainer_->parts().settings.pictures);
    if (!record.confusion_matrix && !record.pr && !record.roc) return {};
    record.epoch = seen_at_.epoch;
    record.step = seen_at_.step;
    record.time = to_seconds(now());
    return trainer_->parts().log->append(record);
}

}  // namespace goetia
