// COCO's matching of the objects found in one image with those that are there, of one class: the part of its evaluation
// that ranks can do alone. The rules are pycocotools', to the tie.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "metrics/matched.h"

namespace goetia {

inline constexpr std::size_t kCocoThresholds = 10;                   // IoU 0.50, 0.55 ... 0.95
inline constexpr std::array<std::int64_t, 3> kCocoMost{1, 10, 100};  // objects of an image that count

// The bounds belong to both neighbours, as in pycocotools.
struct AreaRange {
    const char* name;
    double least, most;
};
inline constexpr std::array<AreaRange, kAreas> kCocoAreas{
    {{"all", 0, 1e10}, {"small", 0, 1024}, {"medium", 1024, 9216}, {"large", 9216, 1e10}}};

// The bit of MatchedObject::matched and ::ignored.
[[nodiscard]] constexpr std::uint64_t coco_bit(std::size_t area, std::size_t threshold) {
    return std::uint64_t{1} << (area * kCocoThresholds + threshold);
}

struct CocoTruth {
    double area = 0;
    bool crowd = false;     // may be found any number of times, and counts for nothing
    bool ignored = false;   // counts for nothing
    bool has_id_0 = false;  // pycocotools takes a match with it for none
};

// The objects of one image and class.
struct CocoImage {
    std::vector<double> scores, areas;  // of those found
    std::vector<CocoTruth> truths;
    std::vector<double> overlaps;  // row by row, for each found object its IoU with each truth (with a crowd: the
                                   // share of it inside)
    void clear() { scores.clear(), areas.clear(), truths.clear(), overlaps.clear(); }
};

// Reuses its memory from image to image.
class CocoMatcher {
  public:
    // Adds the surest 100 found objects and the number of truths.
    void match(const CocoImage& image, Matched& into);

  private:
    void sort_by_score(const CocoImage& image);
    void find_candidates(const CocoImage& image, std::size_t found);
    // The truth that an object is matched with at one threshold; that of the number of truths: none.
    [[nodiscard]] std::size_t best_match(const CocoImage& image, std::size_t found, std::size_t area,
                                         std::size_t threshold) const;
    void match_one(const CocoImage& image, std::size_t found, MatchedObject& object);

    std::vector<std::size_t> surest_;
    std::vector<std::uint64_t> taken_, ignored_;  // of each truth, by the same bits
    std::vector<std::size_t> candidates_;         // truths that overlap enough for the lowest threshold
    double most_overlap_ = 0;                     // of the candidates
};

// Of boxes x, y, width, height, in double precision as pycocotools' C code has it.
double coco_overlap(const std::array<double, 4>& found, const std::array<double, 4>& truth, bool crowd);

}  // namespace goetia
