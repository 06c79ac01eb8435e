// A small representative subset of a data set.
#pragma once

#include <cstdint>
#include <vector>

#include "base/parallel.h"
#include "datasets/annotated_set.h"

namespace goetia {

// Distributes `count` items over parts of these sizes by largest remainder: no part gets more than its size, and every
// non-empty part gets at least one while `count` lasts.
std::vector<std::int64_t> allot(std::int64_t count, const std::vector<std::int64_t>& sizes);

// The distinct classes in each image; those of a semantic set are read from its masks.
Result<std::vector<std::vector<std::int64_t>>> classes_per_image(const AnnotatedSet& set,
                                                                 const ParallelOptions& options = {});

// Selects `count` images (all, if there are fewer) in the order of the set, keeping the class proportions. An image
// with several classes counts as its rarest; regression values are binned by tenths of their range. Deterministic for a
// given seed. `classes` is classes_per_image(set).
std::vector<std::size_t> select_mini(const AnnotatedSet& set, const std::vector<std::vector<std::int64_t>>& classes,
                                     std::int64_t count, std::uint64_t seed);

// The set reduced to those images, with their annotations.
AnnotatedSet subset(const AnnotatedSet& set, const std::vector<std::size_t>& images);

}  // namespace goetia
