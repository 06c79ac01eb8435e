// Helpers of Mixup and CutMix: soft targets, and the pairing of rows.
#pragma once

#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "feeding/loading/loader.h"

namespace goetia {

// Adds one-hot soft targets to the batch unless it has some; an unlabelled sample is an error.
Status make_soft_targets(Batch& batch);

// targets = weight * own + (1 - weight) * partner's, for each row.
void mix_targets(Batch& batch, const std::vector<std::int64_t>& partners, float weight);

// A random permutation of the rows.
std::vector<std::int64_t> draw_partners(const Batch& batch, Random& random);

}  // namespace goetia
