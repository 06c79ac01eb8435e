// A small part of a set that stands for the whole.
#pragma once

#include <cstdint>
#include <vector>

#include "base/parallel.h"
#include "datasets/annotated_set.h"

namespace goetia {

// How `count` things are shared out over parts of these sizes, by the largest remainders: no part gets more than it
// has, and one that has any gets at least one while `count` lasts.
std::vector<std::int64_t> shares(std::int64_t count, const std::vector<std::int64_t>& sizes);

// The classes that each image shows, each once; those of a semantic set are read from its masks.
Result<std::vector<std::vector<std::int64_t>>> classes_shown(const AnnotatedSet& set,
                                                             const ParallelOptions& options = {});

// `count` images (all, when it holds fewer) in the set's own order: as many of each class as the whole set's shares
// say. A picture with several classes counts for its rarest; numbers count by tenths of their range. The same seed
// picks the same ones. `shown` is classes_shown(set).
std::vector<std::size_t> pick_mini(const AnnotatedSet& set, const std::vector<std::vector<std::int64_t>>& shown,
                                   std::int64_t count, std::uint64_t seed);

// Those images with all that is marked in them.
AnnotatedSet mini_set(const AnnotatedSet& set, const std::vector<std::size_t>& images);

}  // namespace goetia
