// Semantic segmentation: a class for each pixel, from class scores [N, classes, height, width] that are a model's first
// output. The maps may be smaller than the images: whoever compares them with masks scales them first.
#pragma once

#include <string>
#include <vector>

#include "learn/model.h"

namespace goetia {

struct TaskKit;
TaskKit semantic_kit();

// The scores at this size, by bilinear interpolation as torchvision does it; as they are where they have it.
torch::Tensor scaled_scores(const torch::Tensor& scores, std::int64_t height, std::int64_t width);

// A class for each pixel of the original images: the scores are looked up where the row shows that pixel, then the
// highest one counts. Padding is cut off; what the row does not show is taken to go on as at its border.
ClassMaps class_maps(const torch::Tensor& scores, const std::vector<Frame>& frames);

// Of each row the share of pixels whose class has the highest score, summed; ignored pixels do not count.
torch::Tensor sum_of_pixel_accuracies(const torch::Tensor& scores, const torch::Tensor& masks);

// What is the same for every segmenter; Base is Model or Head.
template <class Base>
class Semantic : public Base {
  public:
    [[nodiscard]] Task task() const final { return Task::kSemantic; }
    [[nodiscard]] Predictions predict(const Outputs& outputs, const std::vector<Frame>& frames) const final {
        return class_maps(outputs.at(0), frames);
    }
    [[nodiscard]] std::vector<std::string> counted() const final { return {"pixel_accuracy"}; }
    [[nodiscard]] std::vector<torch::Tensor> count(const Outputs& outputs, const Targets& targets) const final {
        return {sum_of_pixel_accuracies(outputs.at(0), targets.masks)};
    }
};

using SemanticModel = Semantic<Model>;
using SemanticHead = Semantic<Head>;

}  // namespace goetia
