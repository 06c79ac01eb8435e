#include "learn/hooks/evaluation_notes.h"

#include "base/clock.h"
#include "learn/loop/run_log.h"
#include "plot/plot.h"

namespace goetia {
namespace {

// Classes for which a curve is not defined keep their place, empty.
std::vector<ClassCurve> named(const CurvesDrawing& curves, const std::vector<std::string>& classes) {
    std::vector<ClassCurve> all;
    for (std::size_t one = 0; one < curves.classes.size(); ++one) {
        const CurvesDrawing::Curve& curve = curves.classes[one];
        all.push_back({classes[one], curve.x, curve.y, curve.score});
    }
    return all;
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

EvaluationRecord::Matrix kept(const MatrixDrawing& drawn, bool normalize) {
    EvaluationRecord::Matrix matrix{.normalize = normalize, .cells = {}};
    for (std::size_t truth = 0; truth < drawn.counts.size(); ++truth) {
        for (std::size_t found = 0; found < drawn.counts[truth].size(); ++found) {
            const double count = drawn.counts[truth][found];
            if (count != 0)
                matrix.cells.push_back({static_cast<std::int64_t>(truth), static_cast<std::int64_t>(found), count});
        }
    }
    return matrix;
}

}  // namespace

EvaluationRecord evaluation_record(const std::vector<Drawing>& drawings, const std::vector<std::string>& classes,
                                   const TrainSettings::Drawings& requested) {
    EvaluationRecord record{.classes = classes, .confusion_matrix = {}, .pr = {}, .roc = {}};
    for (const Drawing& drawn : drawings) {
        if (drawn.name == "confusion_matrix" && requested.confusion_matrix)
            record.confusion_matrix = kept(std::get<MatrixDrawing>(drawn.content), requested.confusion_normalized);
        if (drawn.name == "pr_curve" && requested.pr_curve)
            record.pr = kept(shown_pr_curves(named(std::get<CurvesDrawing>(drawn.content), classes)));
        if (drawn.name == "roc_curve" && requested.roc_curve)
            record.roc = kept(shown_roc_curves(named(std::get<CurvesDrawing>(drawn.content), classes)));
    }
    return record;
}

Status EvaluationNotes::after_evaluation(TrainContext& context) {
    evaluated_at_ = context.progress();
    is_written_ = false;
    return {};
}

Status EvaluationNotes::after_epoch(TrainContext& context) {
    const bool is_due = interval_ > 0 && context.progress().epoch % interval_ == 0;
    return is_due ? write(context) : Status();
}

Status EvaluationNotes::write(TrainContext& context) {
    if (is_written_) return {};
    is_written_ = true;
    EvaluationRecord record = evaluation_record(context.drawings(), classes_, requested_);
    if (!record.confusion_matrix && !record.pr && !record.roc) return {};
    record.epoch = evaluated_at_.epoch + 1;
    record.step = evaluated_at_.step;
    record.time = to_seconds(now());
    return context.record().append(record);
}

}  // namespace goetia
