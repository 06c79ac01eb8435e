// How evenly the classes of a training split are filled, and what to do about it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "datasets/validation/checks.h"

namespace goetia {

// Samples of each class: images of a classification set, objects of a detection or instance set.
std::vector<std::int64_t> class_counts(const AnnotatedSet& set);

// The largest count over the smallest that is not zero; nothing when all are zero.
std::optional<double> imbalance_ratio(const std::vector<std::int64_t>& counts);

// `counts`: of class_counts(), or pixels of each class for masks. Warnings only: a run may begin on such a set.
Findings check_balance(const AnnotatedSet& set, const std::vector<std::int64_t>& counts);

}  // namespace goetia
