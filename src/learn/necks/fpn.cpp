#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>

#include "learn/layers/initial.h"
#include "learn/necks/top_down.h"

namespace goetia {
namespace {

// Two more maps, each half as large as the one before, as RetinaNet has them.
class TwoLevelsMore final : public Module {
  public:
    TwoLevelsMore(std::int64_t in, std::int64_t out) {
        const Conv2dOptions halving{.stride = 2, .padding = 1};
        p6_ = register_module("p6", std::make_shared<Conv2d>(in, out, 3, halving));
        p7_ = register_module("p7", std::make_shared<Conv2d>(out, out, 3, halving));
        for (const auto& conv : {p6_, p7_}) draw_uniform_fan_in(conv->weight, conv->bias);
    }
    void append_to(std::vector<torch::Tensor>& maps, const torch::Tensor& from) const {
        maps.push_back(p6_->forward(from));
        maps.push_back(p7_->forward(at::relu(maps.back())));
    }

  private:
    std::shared_ptr<Conv2d> p6_, p7_;
};

// The feature pyramid of Lin et al. (2017), by torchvision's arithmetic.
class FPN final : public TopDown {
  public:
    static Schema schema() {
        return with_pyramid_params(Schema("FPN", "Feature pyramid: every map also knows what the smaller ones see"))
            .with(text("extra",
                       "further, smaller maps: none; maxpool: one, every second place of the last; p6p7: two, by "
                       "convolutions")
                      .one_of({"none", "maxpool", "p6p7"})
                      .fallback("none"))
            .with(text("extra_from", "what p6p7 begin with: p5, the pyramid's last map, or c5, the backbone's")
                      .one_of({"p5", "c5"})
                      .fallback("p5"));
    }
    static Result<std::unique_ptr<FPN>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(const Settings settings, make_settings(args, context));
        return std::unique_ptr<FPN>(new FPN(settings, args.text("extra"), args.text("extra_from") == "c5"));
    }

    std::vector<torch::Tensor> forward(std::vector<torch::Tensor> features) override {
        std::vector<torch::Tensor> maps = top_down(features);
        if (pools_) maps.push_back(at::max_pool2d(maps.back(), 1, 2));
        if (more_) more_->append_to(maps, from_backbone_ ? features.back() : maps.back());
        return maps;
    }
    [[nodiscard]] std::vector<std::int64_t> channels(std::vector<std::int64_t> incoming) const override {
        return std::vector<std::int64_t>(incoming.size() + (pools_ ? 1 : more_ ? 2 : 0), out_channels());
    }

  private:
    FPN(const Settings& settings, const std::string& extra, bool from_backbone)
        : TopDown(settings), pools_(extra == "maxpool"), from_backbone_(from_backbone) {
        if (extra != "p6p7") return;
        const std::int64_t in = from_backbone ? settings.in_channels.back() : settings.out_channels;
        more_ = register_module("extra_blocks", std::make_shared<TwoLevelsMore>(in, settings.out_channels));
    }

    bool pools_, from_backbone_;
    std::shared_ptr<TwoLevelsMore> more_;  // may be null
};

}  // namespace

Status add_fpn(NeckRegistry& registry) { return registry.add<FPN>(); }

}  // namespace goetia
