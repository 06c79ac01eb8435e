#include "master/series/series_store.h"

#include <algorithm>

#include "protocol/names.h"

namespace goetia {

SeriesStore::SeriesStore(std::filesystem::path data, std::size_t most_open, SeriesOptions options)
    : data_(std::move(data)), most_open_(most_open), options_(options) {}

Result<std::shared_ptr<ExperimentSeries>> SeriesStore::open(const std::string& experiment) {
    if (!is_identifier(experiment)) return not_found("no experiment '{}'", experiment);
    const std::lock_guard lock(mutex_);
    std::vector<Opened> closed;  // committed before another thread can open the same columns again
    auto known = std::ranges::find(opened_, experiment, &Opened::experiment);
    if (known == opened_.end()) {
        std::error_code code;
        const std::filesystem::path root = data_ / "experiments" / experiment;
        if (!std::filesystem::is_directory(root, code)) return not_found("no experiment '{}'", experiment);
        opened_.push_front(
            {experiment, std::make_shared<ExperimentSeries>(root, data_ / "series" / experiment, options_)});
        known = opened_.begin();
    }
    opened_.splice(opened_.begin(), opened_, known);
    std::shared_ptr<ExperimentSeries> series = known->series;
    // One that is in use stays: two writers of the same columns would spoil them.
    for (auto last = opened_.end(); opened_.size() > most_open_ && last != opened_.begin();) {
        --last;
        if (last->series.use_count() > 1) continue;
        closed.push_back(std::move(*last));
        last = opened_.erase(last);
    }
    return series;
}

Status SeriesStore::erase(const std::string& experiment) {
    if (!is_identifier(experiment)) return not_found("no experiment '{}'", experiment);
    const std::lock_guard lock(mutex_);
    const auto known = std::ranges::find(opened_, experiment, &Opened::experiment);
    if (known != opened_.end()) {
        if (known->series.use_count() > 1)
            return make_error(Code::kWrongState, "the curves of experiment '{}' are being read; try again", experiment);
        opened_.erase(known);
    }
    std::error_code code;
    std::filesystem::remove_all(data_ / "series" / experiment, code);
    if (code) return os_error("remove", (data_ / "series" / experiment).native(), code.value());
    return {};
}

Status SeriesStore::commit() {
    std::vector<std::shared_ptr<ExperimentSeries>> all;
    {
        const std::lock_guard lock(mutex_);
        for (const Opened& one : opened_) all.push_back(one.series);
    }
    for (const auto& series : all) GOETIA_TRY(series->commit());
    return {};
}

}  // namespace goetia
