#include "learn/necks/top_down.h"

namespace goetia {
namespace {

// A feature pyramid, and a second path from the largest map back to the smallest (Liu et al. 2018).
class PAN final : public TopDown {
  public:
    static Schema schema() {
        return with_pyramid_params(
            Schema("PAN", "Path aggregation: a feature pyramid, then a path back to its smallest map"));
    }
    static Result<std::unique_ptr<PAN>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(const Settings settings, make_settings(args, context));
        return std::unique_ptr<PAN>(new PAN(settings));
    }

    std::vector<torch::Tensor> forward(std::vector<torch::Tensor> features) override {
        std::vector<torch::Tensor> maps = top_down(features);
        for (std::size_t level = 1; level < maps.size(); ++level)
            maps[level] = maps[level] + down_[level - 1]->forward(maps[level - 1]);
        for (std::size_t level = 1; level < maps.size(); ++level) maps[level] = out_[level - 1]->forward(maps[level]);
        return maps;
    }

  private:
    explicit PAN(const Settings& settings) : TopDown(settings) {
        const std::int64_t width = settings.out_channels;
        const std::size_t steps = settings.in_channels.size() - 1;
        down_ = add_blocks("down_blocks", std::vector<ConvNormShape>(steps, {.in = width, .out = width, .stride = 2}),
                           settings.norms);
        out_ = add_blocks("out_blocks", std::vector<ConvNormShape>(steps, {.in = width, .out = width}), settings.norms);
    }

    std::vector<std::shared_ptr<ConvNorm>> down_, out_;
};

}  // namespace

Status add_pan(NeckRegistry& registry) { return registry.add<PAN>(); }

}  // namespace goetia
