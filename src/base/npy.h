// Reading and writing NumPy's .npy files: little-endian float32 in C order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/result.h"

namespace goetia {

struct NpyArray {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

Result<NpyArray> read_npy(const std::filesystem::path& path);
Status write_npy(const std::filesystem::path& path, const NpyArray& array);

}  // namespace goetia
