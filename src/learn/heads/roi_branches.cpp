#include "learn/heads/roi_branches.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/relu.h>

#include "learn/layers/initial.h"

namespace goetia {

BoxHead::BoxHead(const Widths& widths, const std::optional<NormFactory>& norms)
    : ConvTower(widths.in, widths.channels, norms) {
    const std::int64_t in = (widths.channels.empty() ? widths.in : widths.channels.back()) * widths.size * widths.size;
    if (widths.channels.empty()) {
        linears_.push_back(register_module("fc6", std::make_shared<Linear>(in, widths.features)));
        linears_.push_back(register_module("fc7", std::make_shared<Linear>(widths.features, widths.features)));
    } else {
        const std::string number = std::to_string(widths.channels.size() + 1);  // torchvision flattens in between
        linears_.push_back(register_module(number, std::make_shared<Linear>(in, widths.features)));
    }
}

torch::Tensor BoxHead::features(const torch::Tensor& maps) const {
    torch::Tensor vectors = forward(maps).flatten(1);
    for (const auto& linear : linears_) vectors = at::relu(linear->forward(vectors));
    return vectors;
}

BoxBranch::BoxBranch(Module& parent, const BoxHead::Widths& widths, std::int64_t columns,
                     const std::optional<NormFactory>& norms)
    : columns_(columns) {
    head_ = parent.register_module("box_head", std::make_shared<BoxHead>(widths, norms));
    const auto predictor = parent.register_module("box_predictor", std::make_shared<Module>());
    score_ = predictor->register_module("cls_score", std::make_shared<Linear>(widths.features, columns));
    boxes_ = predictor->register_module("bbox_pred", std::make_shared<Linear>(widths.features, 4 * columns));
}

BoxFindings BoxBranch::find(const torch::Tensor& maps) const {
    const torch::Tensor features = head_->features(maps);
    return {score_->forward(features), boxes_->forward(features).view({-1, columns_, 4})};
}

MaskBranch::MaskBranch(Module& parent, const Widths& widths, std::int64_t columns,
                       const std::optional<NormFactory>& norms) {
    const std::int64_t hidden = widths.channels.empty() ? widths.in : widths.channels.back();
    head_ = parent.register_module("mask_head", std::make_shared<ConvTower>(widths.in, widths.channels, norms));
    const auto predictor = parent.register_module("mask_predictor", std::make_shared<Module>());
    enlarge_ =
        predictor->register_module("conv5_mask", std::make_shared<ConvTranspose2d>(hidden, widths.predictor, 2, 2));
    logits_ = predictor->register_module("mask_fcn_logits", std::make_shared<Conv2d>(widths.predictor, columns, 1));
    draw_normal_fan_out(enlarge_->weight);
    draw_normal_fan_out(logits_->weight);
}

torch::Tensor MaskBranch::find(const torch::Tensor& maps, const torch::Tensor& columns) const {
    const torch::Tensor logits = logits_->forward(enlarge_->forward(head_->forward(maps)).relu_());
    return logits.index({torch::arange(columns.size(0), columns.options()), columns});
}

torch::Tensor MaskBranch::nothing() const {
    torch::Tensor sum =
        (enlarge_->weight.sum() + enlarge_->bias.sum() + logits_->weight.sum() + logits_->bias.sum()) * 0;
    for (const torch::Tensor& parameter : head_->parameters()) sum = sum + parameter.sum() * 0;
    return sum;
}

}  // namespace goetia
