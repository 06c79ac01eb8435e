#include "weights/storage_plan.h"

#include <algorithm>
#include <optional>

namespace goetia {
namespace {

void collect(const Value& value, std::vector<const Tensor*>& list) {
    if (value.is<Tensor>()) list.push_back(&value.as<Tensor>());
    else if (value.is<List>())
        for (const Value& item : value.as<List>()) collect(item, list);
    else if (value.is<Tuple>())
        for (const Value& item : value.as<Tuple>().items) collect(item, list);
    else if (value.is<Dict>())
        for (const auto& [key, item] : value.as<Dict>()) collect(item, list);
}

struct Run {
    DType dtype;
    const std::byte *begin, *end;
    std::optional<std::size_t> storage;  // its number, once used
};

// The memory ranges that the tensors cover, by type and address; overlapping ones are merged.
std::vector<Run> covered_runs(const std::vector<const Tensor*>& tensors) {
    std::vector<Run> runs;
    for (const Tensor* one : tensors) {
        if (one->bytes() > 0) runs.push_back({one->dtype, one->data, one->data + one->bytes(), {}});
    }
    std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) {
        return std::pair(a.dtype, reinterpret_cast<std::uintptr_t>(a.begin)) <
               std::pair(b.dtype, reinterpret_cast<std::uintptr_t>(b.begin));
    });
    std::vector<Run> merged;
    for (const Run& run : runs) {
        const bool joins = !merged.empty() && merged.back().dtype == run.dtype && run.begin < merged.back().end &&
                           static_cast<std::size_t>(run.begin - merged.back().begin) % size_of(run.dtype) == 0;
        if (joins) merged.back().end = std::max(merged.back().end, run.end);
        else merged.push_back(run);
    }
    return merged;
}

Run& run_of(const Tensor& tensor, std::vector<Run>& runs) {
    const auto after = std::upper_bound(runs.begin(), runs.end(), tensor, [](const Tensor& t, const Run& run) {
        return std::pair(t.dtype, reinterpret_cast<std::uintptr_t>(t.data)) <
               std::pair(run.dtype, reinterpret_cast<std::uintptr_t>(run.begin));
    });
    return *(after - 1);
}

}  // namespace

StoragePlan plan_storages(const Value& value) {
    std::vector<const Tensor*> tensors;
    collect(value, tensors);
    std::vector<Run> runs = covered_runs(tensors);
    StoragePlan plan;
    for (const Tensor* tensor : tensors) {
        StoragePlan::Place place{plan.storages.size(), 0};
        if (tensor->bytes() == 0) {
            plan.storages.push_back({tensor->dtype, {}});
        } else if (Run& run = run_of(*tensor, runs); run.storage) {
            place = {*run.storage, (tensor->data - run.begin) / static_cast<std::int64_t>(size_of(run.dtype))};
        } else {
            run.storage = place.storage;
            place.offset = (tensor->data - run.begin) / static_cast<std::int64_t>(size_of(run.dtype));
            plan.storages.push_back({run.dtype, {run.begin, run.end}});
        }
        plan.places.emplace(tensor, place);
    }
    return plan;
}

}  // namespace goetia
