// Generates JPEG images from a seed, for measuring loaders.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"

namespace goetia::cli {

struct BenchImagesPlan {
    int width = 500, height = 375;
    int count = 600;
    int quality = 90;
    double noise = 0;  // amplitude in pixel values: 0 to 4 as in photographs; from 20 on decoding is costly
    std::uint64_t seed = 1;
};

// Writes folder/train/a/00000.jpg ...; returns their total size. The same plan gives the same bytes.
Result<std::int64_t> make_bench_images(const BenchImagesPlan& plan, const std::filesystem::path& folder);

}  // namespace goetia::cli
