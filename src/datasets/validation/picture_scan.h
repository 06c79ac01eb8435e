// Opens every picture of a set: is it there, whole, of the size that the annotation says; its hashes on the way.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "datasets/file_hashes.h"
#include "datasets/validation/checks.h"

namespace goetia {

enum class PictureState { kWhole, kMissing, kUnreadable, kTruncated };

struct PictureFacts {
    PictureState state = PictureState::kMissing;
    std::string reason;  // when it is not whole
    std::uint64_t bytes = 0;
    std::string sha256;         // empty when the file could not be read
    int width = 0, height = 0;  // upright; 0 when not whole
    std::optional<std::uint64_t> look;
};

// Reads and decodes one file once for all of these; `hashes` remembers its sum.
PictureFacts look_at_picture(const std::filesystem::path& path, FileHashes& hashes);

// In the order of set.images, on all cores. What is wrong with a picture is a fact; an error is only a request to stop.
Result<std::vector<PictureFacts>> scan_pictures(const AnnotatedSet& set, FileHashes& hashes,
                                                const ParallelOptions& options);

Findings picture_findings(const AnnotatedSet& set, const std::vector<PictureFacts>& facts);

}  // namespace goetia
