// What losses share that compare class scores with class numbers: scores [N, classes, ...] with the truth [N, ...],
// that is one number for each image, or [N, height, width], one for each pixel.
#pragma once

#include <optional>

#include "component/args.h"
#include "component/schema.h"
#include "learn/model.h"

namespace goetia {

// What counts for nothing unless the experiment file says otherwise: images without a label, the void of masks.
inline constexpr std::int64_t kUnknownLabel = -1, kIgnoredPixel = 255;

// "loss_weight" and "ignore_index".
Schema with_map_params(Schema schema);
// "ignore_index" of `args`, or what is usual for a truth of this shape.
std::int64_t ignored_class(std::optional<std::int64_t> given, const torch::Tensor& truth);
std::optional<std::int64_t> ignore_index(const Args& args);

// The truth in a form that can be looked up everywhere.
struct CountedTruth {
    torch::Tensor classes;  // int64, 0 where the truth is ignored
    torch::Tensor counts;   // float, of the same shape: 0 where it is ignored, else the weight of its row
};

// Throws where the shapes do not fit, or (on the CPU) where the truth has a class that the scores do not have.
CountedTruth counted_truth(const torch::Tensor& scores, const torch::Tensor& truth, const torch::Tensor& row_weight,
                           std::int64_t ignored);

// 1 where the truth is of the class, as floats of the scores' shape.
torch::Tensor one_hot_maps(const torch::Tensor& scores, const CountedTruth& truth);

// The mean of what counts; 0 where nothing does.
torch::Tensor mean_counted(const torch::Tensor& each, const torch::Tensor& counts);

}  // namespace goetia
