// The path from the smallest map to the largest that all feature pyramids begin with (Lin et al. 2017), with
// torchvision's names: inner_blocks.N.0 and layer_blocks.N.0.
#pragma once

#include <memory>
#include <vector>

#include "component/args.h"
#include "component/schema.h"
#include "learn/layers/conv_norm.h"
#include "learn/model.h"

namespace goetia {

class TopDown : public Neck {
  public:
    [[nodiscard]] std::vector<std::int64_t> channels(std::vector<std::int64_t> incoming) const override {
        return std::vector<std::int64_t>(incoming.size(), out_channels_);
    }

  protected:
    struct Settings {
        std::vector<std::int64_t> in_channels;
        std::int64_t out_channels;
        std::optional<NormFactory> norms;
    };
    // "in_channels", "out_channels", "norm_cfg".
    static Schema with_pyramid_params(Schema schema);
    static Result<Settings> make_settings(const Args& args, const BuildContext& context);

    explicit TopDown(const Settings& settings);
    [[nodiscard]] std::vector<torch::Tensor> top_down(const std::vector<torch::Tensor>& features) const;
    [[nodiscard]] std::int64_t out_channels() const { return out_channels_; }

    // Another list of 3x3 blocks, one for each of so many maps; drawn as torchvision draws a pyramid's.
    std::vector<std::shared_ptr<ConvNorm>> add_blocks(const std::string& name, const std::vector<ConvNormShape>& shapes,
                                                      const std::optional<NormFactory>& norms);

  private:
    std::int64_t out_channels_;
    std::vector<std::shared_ptr<ConvNorm>> inner_, layer_;
};

}  // namespace goetia
