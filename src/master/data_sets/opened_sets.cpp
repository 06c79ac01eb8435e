#include "master/data_sets/opened_sets.h"

#include <algorithm>

#include <fmt/ranges.h>

#include "base/clock.h"
#include "datasets/formats/annotated_dataset.h"

namespace goetia {

Result<std::shared_ptr<const OpenedSet>> OpenedSets::open(const std::string& key, const DataSetPlace& place) {
    const std::scoped_lock lock(mutex_);
    const double now = steady_seconds();
    std::erase_if(kept_, [&](const KeptSet& one) { return now - one.read_at > kSecondsKept; });
    if (const auto known = std::ranges::find(kept_, key, &KeptSet::key); known != kept_.end()) {
        std::rotate(known, known + 1, kept_.end());
        return kept_.back().set;
    }
    if (kept_.size() >= kMostKept) kept_.erase(kept_.begin());
    GOETIA_ASSIGN(OpenedSet read, read_whole_set(place));
    kept_.push_back({key, now, std::make_shared<const OpenedSet>(std::move(read))});
    return kept_.back().set;
}

Result<std::shared_ptr<const AnnotatedDataset>> split_of(const OpenedSet& set, const std::string& split) {
    std::vector<std::string> names;
    for (const auto& [one, data] : set.splits) {
        if (split_name(one) == split) return data;
        names.emplace_back(split_name(one));
    }
    return not_found("the data set has no split '{}'; it has: {}", split, fmt::join(names, ", "));
}

}  // namespace goetia
