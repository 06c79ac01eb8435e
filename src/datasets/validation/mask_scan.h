// Opens every mask of a set: is it present and intact, does it have the size of its image, and is each of its pixels a
// class.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "datasets/validation/image_scan.h"

namespace goetia {

constexpr int kIgnoredClass = 255;  // pixels of this value are ignored

struct MaskInfo {
    bool expected = false;  // whether the image has a mask
    ImageState state = ImageState::kMissing;
    std::string reason;
    int width = 0, height = 0;
    std::array<std::int64_t, 256> pixels{};  // per value
};

// `hashes` stores the hashes of the masks.
Result<std::vector<MaskInfo>> scan_masks(const AnnotatedSet& set, FileHashes& hashes, const ParallelOptions& options);

// `images`: the result of the image scan in the same order; empty if there was none.
Findings mask_findings(const AnnotatedSet& set, const std::vector<MaskInfo>& masks,
                       const std::vector<ImageInfo>& images);

// Pixels per class, over all masks.
std::vector<std::int64_t> pixel_counts(const AnnotatedSet& set, const std::vector<MaskInfo>& masks);

}  // namespace goetia
