// Polygons of arbitrary numbers: their run lengths always fit the image. Small images and few corners, since tracing a
// large one is slow, not wrong: ten million of these take minutes.
#include <cmath>
#include <cstring>
#include <vector>

#include "fuzz/fuzz.h"
#include "imaging/masks/rle.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace goetia;
    if (size < 3) return 0;
    const int height = data[0] % 64, width = data[1] % 64;
    const bool whole = data[2] % 2 == 0;  // bytes as positions in and around the image, or arbitrary floats
    const std::size_t step = whole ? 1 : sizeof(float);
    std::vector<double> outline;
    for (std::size_t at = 3; at + step <= size && outline.size() < 24; at += step) {
        float value = 0;
        if (whole) value = static_cast<float>(data[at]) * .375F - 16;
        else std::memcpy(&value, data + at, sizeof value);
        if (std::abs(value) > 200 && std::abs(value) < 2e8F) continue;
        outline.push_back(value);
    }
    const auto runs = runs_of_polygon(outline, height, width);
    if (runs) fuzz::expect(check_runs(*runs).ok());
    return 0;
}
