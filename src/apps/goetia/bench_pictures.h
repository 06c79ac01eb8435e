// Seeded JPEG pictures to measure loading with.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"

namespace goetia::cli {

struct PicturePlan {
    int width = 500, height = 375;
    int count = 600;
    int quality = 90;
    double noise = 0;  // levels, up and down: 0 to 4 as photographs have, 20 and more for much to decode
    std::uint64_t seed = 1;
};

// folder/train/a/0000.jpg ...; returns the bytes of all of them. The same plan gives the same bytes.
Result<std::int64_t> make_bench_pictures(const PicturePlan& plan, const std::filesystem::path& folder);

}  // namespace goetia::cli
