#include "run/progress.h"

#include <algorithm>
#include <cmath>

#include "base/json_path.h"
#include "experiment/history.h"
#include "experiment/journal_records.h"
#include "experiment/summary.h"

namespace goetia {
namespace {

constexpr std::size_t kPaceLength = 30;

void keep_pace(RunProgress& progress, double time, std::int64_t step) {
    auto& pace = progress.pace;
    if (!pace.empty() && (step <= pace.back().second || time <= pace.back().first)) return;
    pace.emplace_back(time, step);
    if (pace.size() > kPaceLength) pace.pop_front();
    if (pace.size() < 2) return;
    progress.steps_per_second =
        static_cast<double>(pace.back().second - pace.front().second) / (pace.back().first - pace.front().first);
}

void take_point(RunProgress& progress, const Point& point) {
    if (point.name == "train/loss") {
        progress.loss = point.value;
        progress.step = std::max(progress.step, point.step);
        keep_pace(progress, point.time, point.step);
    }
    if (point.name == "train/lr") progress.rate = point.value;
}

// What was best by another metric is forgotten.
void watch(RunProgress::Best& best, const std::string& metric, bool higher_is_better) {
    if (best.metric == metric && best.higher_is_better == higher_is_better) return;
    best = {.metric = metric, .higher_is_better = higher_is_better};
}

void take_attempt(RunProgress& progress, const AttemptRecord& attempt) {
    if (!attempt.best_metric.empty()) watch(progress.best, attempt.best_metric, attempt.best_mode != "min");
    progress.epochs = attempt.epochs.value_or(progress.epochs);
    progress.steps_per_epoch = attempt.steps_per_epoch.value_or(progress.steps_per_epoch);
    if (attempt.images_per_step) progress.images_per_step = static_cast<double>(*attempt.images_per_step);
    progress.step = std::max<std::int64_t>(0, attempt.resumed_from_step);
    if (progress.steps_per_epoch > 0) progress.epoch = progress.step / progress.steps_per_epoch;
}

void take_state(RunProgress& progress, const StateRecord& record) {
    progress.state = record.state == ExperimentState::kRunning ? "" : state_name(record.state);
    progress.pace.clear();  // the time of a pause does not count
}

void take_epoch(RunProgress& progress, const EpochRecord& epoch) {
    progress.epoch = epoch.epoch;
    progress.step = epoch.step;
    if (progress.steps_per_epoch == 0 && epoch.epoch > 0) progress.steps_per_epoch = epoch.step / epoch.epoch;
    progress.epoch_seconds = epoch.seconds;
    progress.epoch_images = epoch.images;
    progress.metrics = epoch.metrics;
    std::erase_if(progress.metrics, [](const auto& one) { return std::isnan(one.second); });
    if (const auto lr = progress.metrics.find("train/lr"); lr != progress.metrics.end()) progress.rate = lr->second;
    if (const auto loss = progress.metrics.find("train/loss"); loss != progress.metrics.end())
        progress.loss = loss->second;
    RunProgress::Best& best = progress.best;
    const auto found = progress.metrics.find(best.metric);
    if (found == progress.metrics.end() || !std::isfinite(found->second)) return;
    const bool better =
        !best.value || (best.higher_is_better ? found->second > *best.value : found->second < *best.value);
    if (better) best.value = found->second, best.epoch = epoch.epoch;
}

}  // namespace

bool take(RunProgress& progress, const Record& record) {
    switch (record.type) {
        case RecordType::kPoint:
            if (record.point) take_point(progress, *record.point);
            return false;
        case RecordType::kAttempt: take_attempt(progress, record_from<AttemptRecord>(record.body)); return false;
        case RecordType::kEpoch: take_epoch(progress, record_from<EpochRecord>(record.body)); return true;
        case RecordType::kState: take_state(progress, record_from<StateRecord>(record.body)); return false;
        case RecordType::kNote: {
            const auto note = record_from<NoteRecord>(record.body);
            if (const auto* skipped = std::get_if<SkippedSampleNote>(&note)) progress.skipped.insert(skipped->sample);
            return false;
        }
        default: return false;
    }
}

std::optional<double> fraction_done(const RunProgress& progress) {
    const double all = static_cast<double>(progress.epochs * progress.steps_per_epoch);
    if (all <= 0) return std::nullopt;
    return std::clamp(static_cast<double>(progress.step) / all, 0.0, 1.0);
}

std::optional<double> seconds_left(const RunProgress& progress) {
    if (progress.steps_per_epoch <= 0 || progress.epochs <= 0) return std::nullopt;
    const double left =
        static_cast<double>(std::max<std::int64_t>(0, progress.epochs * progress.steps_per_epoch - progress.step));
    // A completed epoch includes its evaluation; before the first one only the pace of the steps is known.
    if (progress.epoch_seconds > 0)
        return left * progress.epoch_seconds / static_cast<double>(progress.steps_per_epoch);
    if (progress.steps_per_second <= 0) return std::nullopt;
    return left / progress.steps_per_second;
}

Result<RunProgress> initial_progress(const ExperimentFolder& folder, const Json& document) {
    RunProgress progress;
    progress.epochs = value_at<std::int64_t>(document, "training.epochs", 0);
    GOETIA_ASSIGN(const RunHistory history, read_history(folder));
    const RunSettings settings = with_attempt(run_settings(document), history);
    watch(progress.best, settings.watched, !settings.lower_is_better.value_or(lower_is_better(settings.watched)));
    for (const EpochRecord& epoch : history.epochs) take_epoch(progress, epoch);
    return progress;
}

Json progress_json(const RunProgress& progress) {
    Json json = {{"epoch", progress.epoch},
                 {"epochs", progress.epochs},
                 {"step", progress.step},
                 {"steps", progress.epochs * progress.steps_per_epoch}};
    if (!progress.state.empty()) json["state"] = progress.state;
    if (progress.loss) json["loss"] = *progress.loss;
    if (progress.rate) json["lr"] = *progress.rate;
    if (progress.steps_per_second > 0) json["images_per_second"] = progress.steps_per_second * progress.images_per_step;
    if (const auto left = seconds_left(progress)) json["seconds_left"] = *left;
    json["metrics"] = progress.metrics;
    return json;
}

}  // namespace goetia
