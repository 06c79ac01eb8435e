// How much of its data a run takes: whole epochs, or what the configuration limits them to.
#pragma once

#include <cstdint>
#include <optional>

#include "base/json_fwd.h"

namespace goetia {

// A count of batches, or a share of them.
struct BatchLimit {
    std::int64_t count = 0;
    double share = 0;  // 0: it is a count

    // At least one, at most all of them.
    [[nodiscard]] std::int64_t of(std::int64_t batches) const;
};

// A whole number is a count, another number a share; nothing where it is null.
std::optional<BatchLimit> batch_limit(const Json& limit);

struct RunLimits {
    std::int64_t max_steps = 0;  // 0: no bound
    std::optional<BatchLimit> train, validation;
    std::int64_t overfit_batches = 0;  // the same ones in every epoch; 0: off
};

// In batches of the loader, steps of the optimizer, and epochs; the last epoch may be cut short by max_steps.
struct RunExtent {
    std::int64_t batches = 0;  // of an epoch
    std::int64_t steps_per_epoch = 0;
    std::int64_t epochs = 0;
};
RunExtent run_extent(std::int64_t loaders_batches, std::int64_t accumulation, std::int64_t epochs,
                     const RunLimits& limits);

}  // namespace goetia
