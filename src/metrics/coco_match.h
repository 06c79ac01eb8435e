// COCO's matching of the objects found in one image with those that are there, of one class: the part of its evaluation
// that ranks can do alone. The rules are pycocotools', to the tie.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace goetia {

inline constexpr std::size_t kCocoThresholds = 10;                   // IoU 0.50, 0.55 ... 0.95
inline constexpr std::array<std::int64_t, 3> kCocoMost{1, 10, 100};  // objects of an image that count

// The bounds belong to both neighbours, as in pycocotools.
struct AreaRange {
    const char* name;
    double least, most;
};
inline constexpr std::array<AreaRange, 4> kCocoAreas{
    {{"all", 0, 1e10}, {"small", 0, 1024}, {"medium", 1024, 9216}, {"large", 9216, 1e10}}};

struct CocoTruth {
    double area = 0;
    bool crowd = false;     // may be found any number of times, and counts for nothing
    bool ignored = false;   // counts for nothing
    bool has_id_0 = false;  // pycocotools takes a match with it for none
};

// The objects found in one image, surest first, at most 100. A bit for each area range and threshold
// (range * kCocoThresholds + threshold).
struct MatchedImage {
    std::vector<double> scores;
    std::vector<std::uint64_t> matched, ignored;
    std::array<std::int64_t, kCocoAreas.size()> truths{};  // that count, by area range
};

// `overlaps`: row by row, for each found object its IoU with each truth (with a crowd: the share of it inside).
MatchedImage match_coco(std::span<const double> scores, std::span<const double> areas,
                        std::span<const CocoTruth> truths, std::span<const double> overlaps);

// Of boxes x, y, width, height, in double precision as pycocotools' C code has it.
double coco_overlap(const std::array<double, 4>& found, const std::array<double, 4>& truth, bool crowd);

}  // namespace goetia
