// Checks across images and splits.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "datasets/validation/image_scan.h"
#include "datasets/validation/open_sets.h"

namespace goetia {

// How a class list differs from that of the training split, as a sentence. A list that is only shorter is fine: its
// indices mean the same.
std::optional<std::string> differing_classes(const std::vector<std::string>& train,
                                             const std::vector<std::string>& other);

// Finds splits whose class indices differ from those of the training split.
Findings check_class_lists(const std::vector<SplitSet>& sets);

// Finds subjects that are in two splits: memorised subjects would look like generalisation.
Findings check_subjects(const std::vector<SplitSet>& sets);

// Finds exact and near duplicates, within a split and across splits. `info`: per set, in its order. A perceptual hash
// raises the suspicion, the thumbnails must confirm it; still only looks are compared, so near duplicates are warnings,
// across splits too.
Findings check_duplicates(const std::vector<SplitSet>& sets, const std::vector<std::vector<ImageInfo>>& info,
                          int near_distance);

}  // namespace goetia
