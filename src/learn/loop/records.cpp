#include "learn/loop/records.h"

#include <map>

#include "base/clock.h"
#include "metrics/curves.h"
#include "plot/plot.h"

namespace goetia {
namespace {

// Each metric over the epochs, as the curves show it.
std::vector<Series> series_of(const RunHistory& history) {
    std::map<std::string, Series> by_name;
    for (const EpochRecord& epoch : history.epochs) {
        for (const auto& [name, value] : epoch.metrics) {
            Series& series = by_name[name];
            series.name = name;
            series.x.push_back(static_cast<double>(epoch.epoch));
            series.y.push_back(value);
        }
    }
    std::vector<Series> all;
    for (auto& [name, series] : by_name) all.push_back(std::move(series));
    return all;
}

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

}  // namespace

RecordKeeper::RecordKeeper(ExperimentFolder folder, std::vector<std::string> classes, bool tensorboard)
    : folder_(folder), classes_(std::move(classes)), files_(std::move(folder), tensorboard) {}

Status RecordKeeper::after_epoch(TrainContext& context) {
    GOETIA_TRY(write_files());
    if (!trainer_->last_evaluation().values.empty()) {
        seen_ = trainer_->last_evaluation();
        drawn_ = false;
    }
    const std::int64_t interval = trainer_->parts().settings.plot_interval;
    const bool is_due = interval > 0 && context.progress().epoch % interval == 0;
    return is_due ? draw() : Status();
}

Status RecordKeeper::after_run(TrainContext&) {
    GOETIA_TRY(draw());
    return write_files();
}

Status RecordKeeper::write_files() {
    GOETIA_TRY(trainer_->parts().log->flush());
    return files_.update();
}

// What was not drawn since the last evaluation.
Status RecordKeeper::draw() {
    if (drawn_ || files_.history().epochs.empty()) return {};
    drawn_ = true;
    GOETIA_TRY(keep_picture(folder_.curves(), "Training curves",
                            plot_training_curves(folder_.curves(), series_of(files_.history()))));
    return draw_evaluation();
}

Status RecordKeeper::draw_evaluation() {
    const TrainSettings::Pictures& wanted = trainer_->parts().settings.pictures;
    for (const auto& [metric, detail] : seen_.details) {
        if (!wanted.confusion_matrix || !detail.contains("confusion_matrix")) continue;
        const auto file = folder_.visualizations() / "confusion_matrix.png";
        const auto counts = detail["confusion_matrix"].get<std::vector<std::vector<double>>>();
        GOETIA_TRY(keep_picture(file, "Confusion matrix",
                                plot_confusion_matrix(file, counts, classes_, wanted.confusion_normalized)));
    }
    if (seen_.scored.labels.empty()) return {};
    if (wanted.pr_curve) {
        const auto file = folder_.visualizations() / "pr_curve.png";
        GOETIA_TRY(keep_picture(file, "Precision and recall",
                                plot_pr_curves(file, curves_of(seen_.scored, classes_, /*roc=*/false))));
    }
    if (wanted.roc_curve) {
        const auto file = folder_.visualizations() / "roc_curve.png";
        GOETIA_TRY(keep_picture(file, "ROC", plot_roc_curves(file, curves_of(seen_.scored, classes_, /*roc=*/true))));
    }
    return {};
}

// A picture that cannot be drawn (one class alone has no ROC) is said and noted once; no run ends for it.
Status RecordKeeper::keep_picture(const std::filesystem::path& file, const std::string& title, const Status& drawn) {
    const std::int64_t epoch = trainer_->progress().epoch;
    if (drawn) {
        return trainer_->parts().log->append(
            ImageRecord{.path = file.lexically_relative(folder_.root()).string(), .title = title, .epoch = epoch});
    }
    if (!undrawn_.insert(drawn.error().message).second) return {};
    trainer_->say(drawn.error().message);
    return trainer_->parts().log->append(
        ImageNotDrawnNote{.title = title, .reason = drawn.error().message, .epoch = epoch});
}

}  // namespace goetia
