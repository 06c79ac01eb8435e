// What a split holds, in numbers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "datasets/annotated_set.h"
#include "datasets/validation/mask_scan.h"

namespace goetia {

struct Spread {
    double least = 0, median = 0, mean = 0, most = 0;
};

// Nothing of no numbers.
std::optional<Spread> spread_of(std::vector<double> numbers);

// COCO's classes of area: below 32 x 32 pixels, below 96 x 96, above.
struct AreaClasses {
    std::int64_t small = 0, medium = 0, large = 0;
};

struct ClassCount {
    std::int64_t images = 0;   // that are of the class, or show one of it
    std::int64_t objects = 0;  // detection and instance
    std::int64_t pixels = 0;   // masks, when they were opened
};

struct SetStatistics {
    std::int64_t images = 0, annotations = 0;
    std::int64_t unlabelled = 0;  // without class, mask, value or any object
    std::int64_t crowds = 0, difficult = 0;
    std::vector<ClassCount> classes;
    std::map<std::string, std::int64_t> subjects;       // images of each
    std::map<std::pair<int, int>, std::int64_t> sizes;  // images of each width and height, as far as known
    std::optional<Spread> width, height, objects_per_image, object_area;
    AreaClasses areas;
    std::vector<std::optional<Spread>> values;  // regression: of each target
    std::optional<double> imbalance;            // the commonest class over the rarest that has any
};

// `pictures` and `masks`: what their scans found, or empty; a picture's own size goes before the annotated one.
SetStatistics statistics_of(const AnnotatedSet& set, const std::vector<PictureFacts>& pictures = {},
                            const std::vector<MaskFacts>& masks = {});

Json to_json(const SetStatistics& statistics, const AnnotatedSet& set);

// Some lines for a person, each beginning with two blanks.
std::string text_of(const SetStatistics& statistics, const AnnotatedSet& set);

}  // namespace goetia
