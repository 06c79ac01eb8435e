#include "learn/heads/tower.h"

#include <ATen/core/grad_mode.h>
#include <fmt/ranges.h>

#include "learn/layers/initial.h"

namespace goetia {
namespace {

constexpr double kDeviation = 0.01;  // of the weights a branch starts with, by torchvision's rule

}  // namespace

Status check_alike(const std::vector<std::int64_t>& of_maps, const std::string& param) {
    for (const std::int64_t one : of_maps) {
        if (one != of_maps.front())
            return invalid("'{}' gives the maps different numbers ({}), but this head looks at all of them alike",
                           param, fmt::join(of_maps, ", "));
    }
    return {};
}

Branch::Branch(const BranchShape& shape, const std::optional<NormFactory>& norms) : channels_(shape.channels) {
    const auto list = register_module("conv", std::make_shared<Module>());
    if (shape.names == BranchShape::Names::kRetina) add_retina_convs(*list, shape, norms);
    else add_fcos_convs(*list, shape, norms);
}

void Branch::add_retina_convs(Module& list, const BranchShape& shape, const std::optional<NormFactory>& norms) {
    for (std::int64_t i = 0; i < shape.convs; ++i) {
        const ConvNormShape same{.in = channels_, .out = channels_};
        blocks_.push_back(list.register_module(std::to_string(i), std::make_shared<ConvNorm>(same, norms)));
        draw_normal(blocks_.back()->conv().weight, blocks_.back()->conv().bias, kDeviation);
    }
}

void Branch::add_fcos_convs(Module& list, const BranchShape& shape, const std::optional<NormFactory>& norms) {
    for (std::int64_t i = 0; i < shape.convs; ++i) {
        auto conv = std::make_shared<Conv2d>(channels_, channels_, 3, Conv2dOptions{.padding = 1});
        draw_normal(conv->weight, conv->bias, kDeviation);
        list.register_module(std::to_string(3 * i), conv);
        std::shared_ptr<Norm> norm;
        if (norms) norm = list.register_module(std::to_string(3 * i + 1), (*norms)(channels_));
        pairs_.emplace_back(std::move(conv), std::move(norm));
    }
}

void Branch::tell(const std::string& name, std::int64_t columns, double bias) {
    last_.push_back(
        register_module(name, std::make_shared<Conv2d>(channels_, columns, 3, Conv2dOptions{.padding = 1})));
    draw_normal(last_.back()->weight, last_.back()->bias, kDeviation);
    const at::NoGradGuard no_gradients;
    last_.back()->bias.fill_(bias);
}

std::vector<at::Tensor> Branch::forward(const at::Tensor& maps) const {
    at::Tensor seen = maps;
    for (const auto& block : blocks_) seen = block->forward(seen).relu_();
    for (const auto& [conv, norm] : pairs_) {
        seen = conv->forward(seen);
        if (norm) seen = norm->forward(seen);
        seen.relu_();
    }
    std::vector<at::Tensor> found;
    for (const auto& conv : last_) found.push_back(conv->forward(seen));
    return found;
}

}  // namespace goetia
