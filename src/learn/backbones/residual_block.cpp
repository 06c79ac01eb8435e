#include "learn/backbones/residual_block.h"

namespace goetia {

ResidualBlock::ResidualBlock(const ResidualShape& shape, const NormFactory& norms) {
    const Conv2dOptions plain{.bias = false, .start = Conv2dOptions::Start::kNormalFanOut};
    Conv2dOptions first = plain, middle = plain;
    if (shape.bottleneck) {
        first.stride = shape.caffe ? shape.stride : 1;
        middle.stride = shape.caffe ? 1 : shape.stride;
        middle.padding = middle.dilation = shape.dilation;
        middle.groups = shape.groups;
        add(shape.in, shape.inner(), first, 1, norms);
        add(shape.inner(), shape.inner(), middle, 3, norms);
        add(shape.inner(), shape.out(), plain, 1, norms);
    } else {
        first.stride = shape.stride;
        first.padding = middle.padding = 1;
        add(shape.in, shape.planes, first, 3, norms);
        add(shape.planes, shape.planes, middle, 3, norms);
    }
    if (!shape.changes_shape()) return;
    shortcut_ = register_module(
        "downsample",
        std::make_shared<ConvNormAct>(
            shape.in, shape.out(), ConvNormActOptions{.stride = shape.stride, .activation = Activation::kNone}, norms));
}

void ResidualBlock::add(std::int64_t in, std::int64_t out, const Conv2dOptions& options, std::int64_t kernel,
                        const NormFactory& norms) {
    const std::string number = std::to_string(convs_.size() + 1);
    convs_.push_back(register_module("conv" + number, std::make_shared<Conv2d>(in, out, kernel, options)));
    norms_.push_back(register_module("bn" + number, norms(out)));
}

torch::Tensor ResidualBlock::forward(const torch::Tensor& input) {
    torch::Tensor maps = input;
    for (std::size_t i = 0; i < convs_.size(); ++i) {
        maps = norms_[i]->forward(convs_[i]->forward(maps));
        if (i + 1 < convs_.size()) maps.relu_();
    }
    maps.add_(shortcut_ ? shortcut_->forward(input) : input);
    return maps.relu_();
}

void ResidualBlock::zero_last_norm() {
    torch::NoGradGuard no_grad;
    norms_.back()->weight.zero_();
}

}  // namespace goetia
