// Class balance of a training split, and what to do about an imbalance.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "datasets/validation/checks.h"

namespace goetia {

// Samples per class: images of a classification set, objects of a detection or instance set.
std::vector<std::int64_t> class_counts(const AnnotatedSet& set);

// The largest count divided by the smallest non-zero one; nothing if all are zero.
std::optional<double> imbalance_ratio(const std::vector<std::int64_t>& counts);

// `counts`: class_counts(), or pixels per class for masks. Warnings only: a run may start on such a set.
Findings check_balance(const AnnotatedSet& set, const std::vector<std::int64_t>& counts);

}  // namespace goetia
