// What heads share that give each pixel a class. Their first output are class scores of the size of one of the maps
// they are given; losses() scales them to the masks, as torchvision does.
#pragma once

#include <memory>
#include <vector>

#include "component/args.h"
#include "component/schema.h"
#include "learn/layers/conv2d.h"
#include "learn/layers/conv_norm_act.h"
#include "learn/layers/norm.h"
#include "learn/tasks/semantic.h"

namespace goetia {

// "num_classes", "loss" and "norm_cfg".
Schema with_map_head_params(Schema schema);
// "in_channels" of a head that takes the last map, or all of them.
Schema with_last_map(Schema schema);
Schema with_all_maps(Schema schema);

// The channels of the maps it is given, as "in_channels" says; `least_maps`: how many it needs.
Result<std::vector<std::int64_t>> incoming_channels(const Args& args, std::size_t least_maps = 1);

// What a head of maps is made of, once its parameters are known to fit.
struct MapHeadParts {
    std::shared_ptr<Loss> loss;
    NormFactory norms;
};
// `widths`: the channels that are normalised.
Result<MapHeadParts> make_map_head_parts(const Args& args, const BuildContext& context,
                                         const std::vector<std::int64_t>& widths);

class MapHead : public SemanticHead {
  public:
    Losses losses(const Outputs& outputs, const Targets& targets) override;
    [[nodiscard]] std::int64_t outcomes() const final { return classes_; }

  protected:
    explicit MapHead(const Args& args) : classes_(args.integer("num_classes")) {}
    // Call last, so that the loss is the last child.
    void use_loss(std::shared_ptr<Loss> loss) { loss_ = register_module("loss", std::move(loss)); }
    // 1x1, from features to class scores.
    [[nodiscard]] std::shared_ptr<Conv2d> make_classifier(std::int64_t channels) const {
        return std::make_shared<Conv2d>(channels, classes_, 1);
    }

  private:
    std::int64_t classes_;
    std::shared_ptr<Loss> loss_;
};

// A map at the size of another one.
torch::Tensor scaled_to(const torch::Tensor& maps, const torch::Tensor& other);

}  // namespace goetia
