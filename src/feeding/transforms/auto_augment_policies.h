// The learned policies of AutoAugment (Cubuk et al., 2019, arXiv:1805.09501): 25 pairs of operations, each with its own
// probability and strength (0 to 9).
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "feeding/transforms/augment_ops.h"

namespace goetia::auto_augment {

struct Action {
    Op op;
    double probability;
    int strength;
};

using SubPolicy = std::array<Action, 2>;

// "imagenet", "cifar10" or "svhn".
std::span<const SubPolicy> policy(std::string_view name);

}  // namespace goetia::auto_augment
