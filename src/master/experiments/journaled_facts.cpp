#include "master/experiments/journaled_facts.h"

#include "base/json.h"
#include "base/json_text.h"
#include "experiment/journal_records.h"

namespace goetia {

void JournaledFacts::add(const AttemptRecord& record) {
    ++attempts_;
    threads_ = record.threads, ranks_ = record.world;
    best_metric_ = record.best_metric, best_mode_ = record.best_mode;
    const auto is_dropped = [&](const auto& entry) { return entry.second.step > record.resumed_from_step; };
    std::erase_if(epochs_, is_dropped);
    std::erase_if(checkpoints_, is_dropped);
}

void JournaledFacts::add(const EpochRecord& record) {
    epochs_[record.epoch] = {record.step, record.seconds, record.seconds_waiting, record.images};
}

void JournaledFacts::add(const CheckpointRecord& record) {
    checkpoints_[record.path] = {record.step, json_text(to_json(record))};
}

void JournaledFacts::add(const StateRecord& record) { finished_at_ = state_info(record.state).alive ? 0 : record.time; }

std::string JournaledFacts::merged_into(const std::string& body) const {
    const Result<Json> before = parse_json(body, "the body of an experiment");
    Json merged = before && before->is_object() ? *before : Json::object();
    EpochTotals all;
    for (const auto& [number, epoch] : epochs_) {
        all.seconds += epoch.seconds, all.waiting += epoch.waiting, all.images += epoch.images;
        all.step = std::max(all.step, epoch.step);
    }
    merged["resources"] = {{"attempts", attempts_},
                           {"ranks", ranks_},
                           {"threads", threads_},
                           {"epochs", epochs_.size()},
                           {"steps", all.step},
                           {"seconds", all.seconds},
                           {"seconds_waiting", all.waiting},
                           {"images_per_second", all.seconds > 0 ? all.images / all.seconds : 0}};
    Json checkpoints = Json::array();
    for (const auto& [path, saved] : checkpoints_) {
        Result<Json> record = parse_json(saved.text, "a checkpoint's record");
        if (record) checkpoints.push_back(std::move(*record));
    }
    merged["checkpoints"] = std::move(checkpoints);
    merged["best_metric"] = best_metric_.empty() ? Json() : Json(best_metric_);
    merged["lower_is_better"] = best_mode_.empty() ? Json() : Json(best_mode_ == "min");
    merged["finished_at"] = finished_at_ > 0 ? Json(finished_at_) : Json();
    return json_text(merged);
}

}  // namespace goetia
