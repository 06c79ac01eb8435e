// Found objects with what became of them when they were matched with the truth, of one class: all that average
// precision needs.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace goetia {

inline constexpr std::size_t kAreas = 4;  // ranges of areas that are measured apart; the first one holds all

struct MatchedObject {
    double score = 0;
    std::uint64_t matched = 0, ignored = 0;  // a bit for each way of matching: COCO's area ranges and thresholds
    std::int64_t place = 0;                  // among those of its image, surest first
};

struct Matched {
    std::vector<MatchedObject> objects;         // image by image, surest first
    std::array<std::int64_t, kAreas> truths{};  // objects to find, by area range

    void add(const Matched& more) {
        objects.insert(objects.end(), more.objects.begin(), more.objects.end());
        for (std::size_t area = 0; area < kAreas; ++area) truths[area] += more.truths[area];
    }
};

// A score that is no number is the least sure.
[[nodiscard]] inline bool is_surer(double score, double other) {
    return score > other || (std::isnan(other) && !std::isnan(score));
}

// The places of the objects of all images, surest first; of equal scores the order stays.
std::vector<std::uint32_t> surest_first(const std::vector<MatchedObject>& objects);

}  // namespace goetia
