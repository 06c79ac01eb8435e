// What only shows when pictures and splits are seen beside each other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "datasets/validation/open_sets.h"
#include "datasets/validation/picture_scan.h"

namespace goetia {

// What of a split's list of classes means something else than in the training split's, in a sentence. A list that only
// ends earlier is fine: its numbers mean the same.
std::optional<std::string> differing_classes(const std::vector<std::string>& train,
                                             const std::vector<std::string>& other);

// Splits whose class numbers mean something else than the training split's.
Findings check_class_lists(const std::vector<SplitSet>& sets);

// One person or thing in two splits: what was learnt by heart would be taken for skill.
Findings check_subjects(const std::vector<SplitSet>& sets);

// The same and nearly the same pictures, within a split and across splits. `facts`: of each set, in its order.
// Perceptual hashes only raise a suspicion, so what is near and not the same is a warning, across splits too.
Findings check_twins(const std::vector<SplitSet>& sets, const std::vector<std::vector<PictureFacts>>& facts,
                     int near_distance);

}  // namespace goetia
