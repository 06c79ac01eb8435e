// What the heads of YOLOv8 and YOLOv10 are made of: small towers of convolutions on each map.
#pragma once

#include <memory>
#include <vector>

#include "component/args.h"
#include "component/schema.h"
#include "learn/layers/yolo_blocks.h"

namespace goetia {

struct YoloHeadShape {
    std::vector<std::int64_t> in_channels;  // of the maps at strides of 8, 16 and 32
    std::int64_t classes = 0;
    std::int64_t bins = 16;          // of the distribution over each distance
    bool separable_classes = false;  // towers of classes after YOLOv10: places and channels apart
};

// "in_channels", "num_classes", "reg_max" and "norm_cfg".
Schema with_yolo_head_params(Schema schema);
Result<YoloHeadShape> yolo_head_shape(const Args& args, bool separable_classes);

// Two 3x3 convolutions and a 1x1 one with a bias, one such tower for each map; children "0", "1", "2".
class YoloTowers final : public Module {
  public:
    YoloTowers(const std::vector<std::int64_t>& in_channels, std::int64_t hidden, std::int64_t out, bool separable,
               const NormFactory& norms);
    // [rows, places of all maps, out]
    [[nodiscard]] torch::Tensor forward(const std::vector<torch::Tensor>& maps) const;
    // The biases of the last convolution of map number `level`.
    [[nodiscard]] torch::Tensor biases(std::size_t level) const { return towers_[level].last->bias; }

  private:
    struct Tower {
        std::shared_ptr<MapsLayer> first, second;
        std::shared_ptr<Conv2d> last;
    };
    std::vector<Tower> towers_;
};

// The towers of boxes and of classes, started so that few classes are believed in.
class YoloBranch final : public Module {
  public:
    YoloBranch(const YoloHeadShape& shape, const NormFactory& norms);
    // [rows, places, 4 * bins + classes]: logits of the four distances, then of the classes.
    [[nodiscard]] torch::Tensor forward(const std::vector<torch::Tensor>& maps) const;

  private:
    std::shared_ptr<YoloTowers> box_, cls_;
};

}  // namespace goetia
