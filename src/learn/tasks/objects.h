// Detection and instance segmentation: the objects in each image, as boxes with classes, and masks where the model has
// them.
#pragma once

#include <vector>

#include "learn/model.h"

namespace goetia {

struct TaskKit;
TaskKit detection_kit();
TaskKit instance_kit();

// What was found in one row, surest first, in the row's pixels.
struct RowObjects {
    torch::Tensor boxes;   // float [objects, 4]: x1, y1, x2, y2
    torch::Tensor labels;  // int64 [objects]
    torch::Tensor scores;  // float [objects]
    torch::Tensor masks;   // float [objects, height, width] of the row, shares from 0 to 1; undefined: boxes only
};

// The same in pixels of the original images: boxes cut at their borders, masks scaled to their size and cut at a half.
FoundObjects in_original_images(const std::vector<RowObjects>& rows, const std::vector<Frame>& frames);

// What is the same for every detector; Base is Model or Head.
template <class Base>
class Detecting : public Base {
  public:
    [[nodiscard]] Task task() const override { return Task::kDetection; }
};

using DetectionModel = Detecting<Model>;
using DetectionHead = Detecting<Head>;

template <class Base>
class Segmenting : public Base {
  public:
    [[nodiscard]] Task task() const override { return Task::kInstance; }
};

using InstanceModel = Segmenting<Model>;
using InstanceHead = Segmenting<Head>;

}  // namespace goetia
