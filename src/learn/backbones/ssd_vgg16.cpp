#include <ATen/ops/full.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>

#include "base/json.h"
#include "learn/backbones/chain_backbone.h"
#include "learn/backbones/vgg_layers.h"
#include "learn/layers/initial.h"

namespace goetia {
namespace {

// One of SSD's own convolutions.
struct ExtraConv {
    std::int64_t in, out, kernel;
    Conv2dOptions options = {};
};

// VGG-16 up to conv4_3, whose maps are scaled to a learned length, and what SSD300 (Liu et al., 2016) adds to it, with
// torchvision's names: features, extra, scale_weight.
class SsdVgg16 final : public ChainBackbone {
  public:
    static Schema schema() {
        return Schema("SsdVgg16",
                      "The VGG-16 of SSD300 with its extra layers: six maps, of 38 to 1 places at 300 pixels")
            .with(integer("frozen_stages", "stages of VGG-16 that are not trained: -1 and 0 none, k the first k")
                      .between(-1, 5)
                      .fallback(-1))
            .with(integer("in_channels", "channels of the images").at_least(1).fallback(3));
    }

    SsdVgg16(const Args& args, const BuildContext&) {
        scale_weight_ = register_parameter("scale_weight", at::full({512}, 20.0F));
        std::vector<std::size_t> stage_ends = add_features(args.integer("in_channels"));
        std::vector<std::size_t> outs{step_count() - 1};
        stage_ends.push_back(add_dilated_stage());
        outs.push_back(step_count() - 1);
        add_extras(outs);
        hand_on(std::move(outs));
        if (const std::int64_t frozen = args.integer("frozen_stages"); frozen > 0)
            freeze(stage_ends[static_cast<std::size_t>(frozen - 1)]);
    }

    std::vector<torch::Tensor> forward(const torch::Tensor& images) override {
        std::vector<torch::Tensor> maps = ChainBackbone::forward(images);
        const torch::Tensor length = maps[0].norm(2, 1, /*keepdim=*/true).clamp_min(1e-12);
        maps[0] = scale_weight_.view({1, -1, 1, 1}) * (maps[0] / length);
        return maps;
    }

  private:
    // Up to conv4_3. The third pooling rounds up, so that maps of 75 places become 38. Gives how many steps there are
    // after each stage.
    std::vector<std::size_t> add_features(std::int64_t in) {
        const std::vector<int> stages = vgg_stages(16);
        std::vector<std::size_t> ends;
        int number = 0;
        for (std::size_t s = 0; s < 4; ++s) {
            for (int i = 0; i < stages[s]; ++i, number += 2, in = vgg_channels(s))
                add_conv("features." + std::to_string(number), vgg_conv(in, vgg_channels(s)), vgg_channels(s));
            ends.push_back(step_count());
            if (s == 3) continue;
            add_pool(2, 2, 0, /*round_up=*/s == 2, in);
            ++number;
        }
        return ends;
    }

    // conv5 without its pooling, and the fully connected layers 6 and 7 as convolutions: extra.0. Gives how many steps
    // there are after conv5.
    std::size_t add_dilated_stage() {
        add_pool(2, 2, 0, false, 512);  // extra.0.0
        for (const int number : {1, 3, 5}) add_conv(fmt::format("extra.0.{}", number), vgg_conv(512, 512), 512);
        const std::size_t end = step_count();
        add_pool(3, 1, 1, false, 512);  // extra.0.7.0
        add_extra("extra.0.7.1", {512, 1024, 3, {.padding = 6, .dilation = 6}});
        add_extra("extra.0.7.3", {1024, 1024, 1});
        return end;
    }

    void add_extras(std::vector<std::size_t>& outs) {
        const Conv2dOptions halving{.stride = 2, .padding = 1};
        const std::vector<std::pair<ExtraConv, ExtraConv>> pairs{{{1024, 256, 1}, {256, 512, 3, halving}},
                                                                 {{512, 128, 1}, {128, 256, 3, halving}},
                                                                 {{256, 128, 1}, {128, 256, 3}},
                                                                 {{256, 128, 1}, {128, 256, 3}}};
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            add_extra(fmt::format("extra.{}.0", i + 1), pairs[i].first);
            add_extra(fmt::format("extra.{}.2", i + 1), pairs[i].second);
            outs.push_back(step_count() - 1);
        }
    }

    void add_extra(const std::string& name, const ExtraConv& plan) {
        const auto conv = std::make_shared<Conv2d>(plan.in, plan.out, plan.kernel, plan.options);
        draw_xavier_uniform(conv->weight, conv->bias);
        add_conv(name, conv, plan.out);
    }

    void add_conv(const std::string& name, const std::shared_ptr<Conv2d>& conv, std::int64_t channels) {
        register_below(*this, name, conv);
        add_step({.parts = {{name, conv}},
                  .run = [conv](const torch::Tensor& maps) { return conv->forward(maps).relu_(); },
                  .channels = channels});
    }

    void add_pool(int kernel, int stride, int padding, bool round_up, std::int64_t channels) {
        const auto run = [=](const torch::Tensor& maps) {
            return at::max_pool2d(maps, kernel, stride, padding, /*dilation=*/1, round_up);
        };
        add_step({.parts = {}, .run = run, .channels = channels});
    }

    torch::Tensor scale_weight_;
};

}  // namespace

Status add_ssd_vgg16(BackboneRegistry& registry) { return registry.add<SsdVgg16>(); }

}  // namespace goetia
