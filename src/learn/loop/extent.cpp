#include "learn/loop/extent.h"

#include <algorithm>

#include "base/json.h"

namespace goetia {

std::int64_t BatchLimit::of(std::int64_t batches) const {
    const std::int64_t wanted = share > 0 ? static_cast<std::int64_t>(share * static_cast<double>(batches)) : count;
    return std::min(batches, std::max<std::int64_t>(1, wanted));
}

std::optional<BatchLimit> batch_limit(const Json& limit) {
    if (!limit.is_number()) return std::nullopt;
    if (limit.is_number_integer()) return BatchLimit{.count = limit.get<std::int64_t>(), .share = 0};
    return BatchLimit{.count = 0, .share = limit.get<double>()};
}

RunExtent run_extent(std::int64_t loaders_batches, std::int64_t accumulation, std::int64_t epochs,
                     const RunLimits& limits) {
    RunExtent extent{.batches = loaders_batches, .steps_per_epoch = 0, .epochs = epochs};
    if (limits.overfit_batches > 0) extent.batches = std::min(loaders_batches, limits.overfit_batches);
    else if (limits.train) extent.batches = limits.train->of(loaders_batches);
    extent.steps_per_epoch = (extent.batches + accumulation - 1) / accumulation;
    const std::int64_t steps = std::max<std::int64_t>(1, extent.steps_per_epoch);
    if (limits.max_steps > 0) extent.epochs = std::min(epochs, (limits.max_steps + steps - 1) / steps);
    return extent;
}

}  // namespace goetia
