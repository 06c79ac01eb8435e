#include "learn/yolo/yolo_towers.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/cat.h>

namespace goetia {
namespace {

std::shared_ptr<MapsLayer> tower_step(std::int64_t in, std::int64_t out, bool separable, const NormFactory& norms) {
    if (!separable) return std::make_shared<YoloConv>(in, out, YoloConvOptions{.kernel = 3}, norms);
    return std::make_shared<YoloSequence>(std::vector<std::shared_ptr<MapsLayer>>{
        depthwise(in, 3, norms), std::make_shared<YoloConv>(in, out, YoloConvOptions{}, norms)});
}

}  // namespace

Schema with_yolo_head_params(Schema schema) {
    return std::move(schema)
        .with(integers("in_channels", "channels of the maps at strides of 8, 16 and 32; the neck's")
                  .length(3)
                  .at_least(1)
                  .or_null())
        .with(integer("num_classes", "classes to find").at_least(1))
        .with(integer("reg_max",
                      "bins of the distribution over each distance from a place to a side of its box, one "
                      "cell apart")
                  .between(2, 64)
                  .fallback(16))
        .with(yolo_norm_param());
}

Result<YoloHeadShape> yolo_head_shape(const Args& args, bool separable_classes) {
    if (args.is_null("in_channels"))
        return invalid("in_channels is missing: the channels of the three maps that the head is given");
    return YoloHeadShape{.in_channels = args.list<std::int64_t>("in_channels"),
                         .classes = args.integer("num_classes"),
                         .bins = args.integer("reg_max"),
                         .separable_classes = separable_classes};
}

YoloTowers::YoloTowers(const std::vector<std::int64_t>& in_channels, std::int64_t hidden, std::int64_t out,
                       bool separable, const NormFactory& norms) {
    for (const std::int64_t in : in_channels) {
        const auto tower = register_module(std::to_string(towers_.size()), std::make_shared<Module>());
        towers_.push_back({.first = tower->register_module("0", tower_step(in, hidden, separable, norms)),
                           .second = tower->register_module("1", tower_step(hidden, hidden, separable, norms)),
                           .last = tower->register_module("2", std::make_shared<Conv2d>(hidden, out, 1))});
    }
}

torch::Tensor YoloTowers::forward(const std::vector<torch::Tensor>& maps) const {
    TORCH_CHECK(maps.size() == towers_.size(), "the head needs ", towers_.size(), " maps, found ", maps.size());
    std::vector<torch::Tensor> found;
    for (std::size_t level = 0; level < maps.size(); ++level) {
        const Tower& tower = towers_[level];
        const torch::Tensor seen = tower.second->forward(tower.first->forward(maps[level]));
        found.push_back(tower.last->forward(seen).flatten(2).transpose(1, 2));
    }
    return at::cat(found, 1);
}

YoloBranch::YoloBranch(const YoloHeadShape& shape, const NormFactory& norms) {
    const std::int64_t finest = shape.in_channels[0], distances = 4 * shape.bins;
    const std::int64_t box_hidden = std::max({std::int64_t{16}, finest / 4, distances}),
                       class_hidden = std::max(finest, std::min<std::int64_t>(shape.classes, 100));
    box_ = register_module("box", std::make_shared<YoloTowers>(shape.in_channels, box_hidden, distances, false, norms));
    cls_ = register_module("cls", std::make_shared<YoloTowers>(shape.in_channels, class_hidden, shape.classes,
                                                               shape.separable_classes, norms));
    // As if five objects were seen in an image of 640 pixels, of whatever class.
    const at::NoGradGuard no_gradients;
    for (std::size_t level = 0; level < shape.in_channels.size(); ++level) {
        const double places = std::pow(640.0 / static_cast<double>(8 << level), 2);
        box_->biases(level).fill_(1.0);
        cls_->biases(level).fill_(std::log(5.0 / static_cast<double>(shape.classes) / places));
    }
}

torch::Tensor YoloBranch::forward(const std::vector<torch::Tensor>& maps) const {
    return at::cat({box_->forward(maps), cls_->forward(maps)}, 2);
}

}  // namespace goetia
