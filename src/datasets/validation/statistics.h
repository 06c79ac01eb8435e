// Statistics of a split.
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

struct Distribution {
    double min = 0, median = 0, mean = 0, max = 0;
};

// Nothing if `numbers` is empty.
std::optional<Distribution> distribution_of(std::vector<double> numbers);

// Objects per COCO area range: below 32 x 32 pixels, below 96 x 96, above.
struct AreaCounts {
    std::int64_t small = 0, medium = 0, large = 0;
};

struct ClassCount {
    std::int64_t images = 0;   // images of the class, or that contain an object of it
    std::int64_t objects = 0;  // detection and instance
    std::int64_t pixels = 0;   // of masks, if they were opened
};

struct SetStatistics {
    std::int64_t images = 0, annotations = 0;
    std::int64_t unlabelled = 0;  // without class, mask, value or objects
    std::int64_t crowds = 0, difficult = 0;
    std::vector<ClassCount> classes;
    std::map<std::string, std::int64_t> subjects;       // images per subject
    std::map<std::pair<int, int>, std::int64_t> sizes;  // images per known size
    std::optional<Distribution> width, height, objects_per_image, object_area;
    AreaCounts areas;
    std::vector<std::optional<Distribution>> values;  // regression: per target
    std::optional<double> imbalance;  // the count of the most common class over that of the rarest non-empty one
};

// `images` and `masks`: results of the scans, or empty; the size of an image file takes precedence over the annotated
// one.
SetStatistics statistics_of(const AnnotatedSet& set, const std::vector<ImageInfo>& images = {},
                            const std::vector<MaskInfo>& masks = {});

Json to_json(const SetStatistics& statistics, const AnnotatedSet& set);

// Some lines of text, each indented by two blanks.
std::string text_of(const SetStatistics& statistics, const AnnotatedSet& set);

}  // namespace goetia
