// What a model found in the images of a batch, in plain values: one row for each image.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "imaging/annotation.h"
#include "imaging/image.h"

namespace goetia {

// Classification: `classes` scores for each row; higher is surer.
struct ClassScores {
    std::int64_t classes = 0;
    std::vector<float> scores;
};

// Multilabel: the probability of each class by itself.
struct Memberships {
    ClassScores probabilities;
};

// Detection and instance segmentation, in pixels of the original images.
struct FoundObject {
    Box box;
    std::int64_t label = -1;
    float score = 0;
    std::optional<Rle> mask;
};
struct FoundObjects {
    std::vector<std::vector<FoundObject>> rows;
};

// Semantic segmentation: an image of class numbers for each row, in the size of the original image.
struct ClassMaps {
    std::vector<Image> rows;
};

// Regression: `targets` values for each row.
struct TargetValues {
    std::int64_t targets = 0;
    std::vector<double> values;
};

using Predictions = std::variant<ClassScores, FoundObjects, ClassMaps, TargetValues, Memberships>;

}  // namespace goetia
