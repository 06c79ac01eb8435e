// What Mixup and CutMix share: labels that belong to two classes at once, and who is mixed with whom.
#pragma once

#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "feeding/loading/loader.h"

namespace goetia {

// Gives the batch soft targets (one-hot) when it has none yet; an unlabelled sample is an error.
Status make_soft_targets(Batch& batch);

// targets = weight * own + (1 - weight) * partner's, for each row.
void mix_targets(Batch& batch, const std::vector<std::int64_t>& partners, float weight);

// A drawn permutation of the rows.
std::vector<std::int64_t> draw_partners(const Batch& batch, Random& random);

}  // namespace goetia
