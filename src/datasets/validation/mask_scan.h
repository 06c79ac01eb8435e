// Opens every mask of a set: is it there and whole, of its picture's size, and is each of its pixels a class.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "datasets/validation/picture_scan.h"

namespace goetia {

constexpr int kIgnoredClass = 255;  // a pixel of it counts for nothing

struct MaskFacts {
    bool wanted = false;  // the image has a mask at all
    PictureState state = PictureState::kMissing;
    std::string reason;
    int width = 0, height = 0;
    std::array<std::int64_t, 256> pixels{};  // of each value
};

// `hashes` remembers their sums.
Result<std::vector<MaskFacts>> scan_masks(const AnnotatedSet& set, FileHashes& hashes, const ParallelOptions& options);

// `pictures`: what the pictures' own scan found, in the same order; empty when it was not made.
Findings mask_findings(const AnnotatedSet& set, const std::vector<MaskFacts>& masks,
                       const std::vector<PictureFacts>& pictures);

// Pixels of each class, over all masks.
std::vector<std::int64_t> pixel_counts(const AnnotatedSet& set, const std::vector<MaskFacts>& masks);

}  // namespace goetia
