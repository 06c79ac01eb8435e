// Opens every image of a set: is it present and intact, does it have the annotated size; also computes its hashes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "datasets/file_hashes.h"
#include "datasets/validation/checks.h"
#include "datasets/validation/thumbnail.h"

namespace goetia {

enum class ImageState { kIntact, kMissing, kUnreadable, kTruncated };

struct ImageInfo {
    ImageState state = ImageState::kMissing;
    std::string reason;  // if it is not intact
    std::uint64_t bytes = 0;
    std::string sha256;         // empty if the file could not be read
    int width = 0, height = 0;  // upright; 0 if not intact
    std::optional<std::uint64_t> perceptual_hash;
    Thumbnail thumbnail;  // if it has a perceptual hash
};

// Reads and decodes a file once for all of these; `hashes` stores its hash.
ImageInfo scan_image(const std::filesystem::path& path, FileHashes& hashes);

// In the order of set.images, on all cores. Problems of an image are part of the result; an error is only a request to
// stop.
Result<std::vector<ImageInfo>> scan_images(const AnnotatedSet& set, FileHashes& hashes, const ParallelOptions& options);

Findings image_findings(const AnnotatedSet& set, const std::vector<ImageInfo>& info);

}  // namespace goetia
