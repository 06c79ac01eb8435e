#include "learn/heads/aspp.h"

#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/cat.h>

#include "learn/models/linear_head.h"

namespace goetia {
namespace {

// The mean over all places, the same at every place. Child "0" is the pooling, which has no parameters.
class PooledBranch final : public MapsLayer {
  public:
    PooledBranch(std::int64_t in, std::int64_t channels, const NormFactory& norms) {
        conv_ = register_module("1", std::make_shared<Conv2d>(in, channels, 1, Conv2dOptions{.bias = false}));
        norm_ = register_module("2", norms(channels));
    }
    torch::Tensor forward(const torch::Tensor& maps) override {
        const torch::Tensor means = norm_->forward(conv_->forward(at::adaptive_avg_pool2d(maps, {1, 1})));
        return means.relu().expand({-1, -1, maps.size(2), maps.size(3)});
    }

  private:
    std::shared_ptr<Conv2d> conv_;
    std::shared_ptr<Norm> norm_;
};

}  // namespace

Aspp::Aspp(std::int64_t in, std::int64_t channels, const std::vector<std::int64_t>& rates, double dropout,
           const NormFactory& norms)
    : dropout_(dropout) {
    const auto list = register_module("convs", std::make_shared<Module>());
    const auto add = [&](std::shared_ptr<MapsLayer> branch) {
        convs_.push_back(list->register_module(std::to_string(convs_.size()), std::move(branch)));
    };
    add(std::make_shared<ConvNormAct>(in, channels, ConvNormActOptions{}, norms));
    for (const std::int64_t rate : rates)
        add(std::make_shared<ConvNormAct>(in, channels, ConvNormActOptions{.kernel = 3, .dilation = rate}, norms));
    add(std::make_shared<PooledBranch>(in, channels, norms));
    const auto joined = static_cast<std::int64_t>(convs_.size()) * channels;
    project_ = register_module("project", std::make_shared<ConvNormAct>(joined, channels, ConvNormActOptions{}, norms));
}

torch::Tensor Aspp::forward(const torch::Tensor& maps) {
    std::vector<torch::Tensor> found;
    for (const auto& conv : convs_) found.push_back(conv->forward(maps));
    return dropped(project_->forward(at::cat(found, 1)), dropout_, is_training());
}

}  // namespace goetia
