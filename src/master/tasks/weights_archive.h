// Weights as data of a task: one file in an archive that nodes fetch by its hash.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace goetia {

struct WeightsArchive {
    std::filesystem::path file;
    std::string sha256;
    std::int64_t bytes = 0;
};

constexpr const char *kWeightsData = "weights", *kWeightsName = "weights.pth";  // "@data/weights/weights.pth"

// Writes the archive of `weights` to `target`; the same bytes for the same weights.
Result<WeightsArchive> write_weights_archive(const std::filesystem::path& weights, const std::filesystem::path& target);

}  // namespace goetia
