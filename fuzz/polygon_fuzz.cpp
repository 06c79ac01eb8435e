// Outlines of any numbers: the runs they make always fit the picture.
#include <cstring>
#include <vector>

#include "data/masks/rle.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace goetia;
    if (size < 3) return 0;
    const int height = data[0], width = data[1];
    const bool whole = data[2] % 2 == 0;  // bytes as places in and around the picture, or any numbers at all
    std::vector<double> outline;
    for (std::size_t at = 3; at + (whole ? 1 : sizeof(float)) <= size; at += whole ? 1 : sizeof(float)) {
        float value = 0;
        if (whole) value = static_cast<float>(data[at]) * 1.5F - 64;
        else std::memcpy(&value, data + at, sizeof value);
        if (!(value > -1e5F && value < 1e5F) && outline.size() > 8) continue;  // a long walk is slow, not wrong
        outline.push_back(value);
    }
    const auto runs = runs_of_polygon(outline, height, width);
    if (runs) fuzz::expect(check_runs(*runs).ok());
    return 0;
}
