#include "master/service/run_pace.h"

#include <cmath>

#include "base/json.h"
#include "experiment/journal_records.h"

namespace goetia {

void RunPace::add(const AttemptRecord& record) {
    asked_ = record.epochs.value_or(0);
    metric_ = record.best_metric;
    lower_is_better_ = record.best_mode == "min";
    std::erase_if(epochs_, [&](const auto& epoch) { return epoch.second.step > record.resumed_from_step; });
}

void RunPace::add(const EpochRecord& record) {
    PacedEpoch epoch{.step = record.step, .seconds = record.seconds, .images = record.images, .watched = {}};
    const auto value = record.metrics.find(metric_);
    if (value != record.metrics.end() && std::isfinite(value->second)) epoch.watched = value->second;
    epochs_[record.epoch] = epoch;
}

Json RunPace::to_json() const {
    Json best;
    for (const auto& [number, epoch] : epochs_) {
        if (!epoch.watched) continue;
        const double before = best.is_null() ? 0 : best["value"].get<double>();
        const bool is_better = lower_is_better_ ? *epoch.watched < before : *epoch.watched > before;
        if (best.is_null() || is_better) best = {{"name", metric_}, {"value", *epoch.watched}, {"epoch", number}};
    }
    const PacedEpoch newest = epochs_.empty() ? PacedEpoch() : epochs_.rbegin()->second;
    const bool is_timed = newest.seconds > 0;
    return {{"epoch", epochs_.empty() ? std::int64_t{0} : epochs_.rbegin()->first},
            {"epochs", asked_ > 0 ? Json(asked_) : Json()},
            {"images_per_second", is_timed ? Json(newest.images / newest.seconds) : Json()},
            {"seconds_per_epoch", is_timed ? Json(newest.seconds) : Json()},
            {"best", std::move(best)}};
}

}  // namespace goetia
