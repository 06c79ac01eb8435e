#include "learn/necks/top_down.h"

#include <ATen/ops/upsample_nearest2d.h>

#include "base/json.h"
#include "learn/layers/initial.h"

namespace goetia {

Schema TopDown::with_pyramid_params(Schema schema) {
    return std::move(schema)
        .with(integers("in_channels", "channels of each map; those of the backbone unless given").at_least(1).or_null())
        .with(integer("out_channels", "channels of every map that is handed on").at_least(1).fallback(256))
        .with(object("norm_cfg", "normalisation after each convolution; null: none, but a bias").or_null());
}

Result<TopDown::Settings> TopDown::make_settings(const Args& args, const BuildContext& context) {
    if (args.is_null("in_channels")) return invalid("'in_channels' must be given when no backbone says it");
    const std::int64_t out = args.integer("out_channels");
    GOETIA_ASSIGN(auto norms, optional_norms(args.at("norm_cfg"), "norm_cfg", out, context.ranks));
    return Settings{args.list<std::int64_t>("in_channels"), out, std::move(norms)};
}

TopDown::TopDown(const Settings& settings) : out_channels_(settings.out_channels) {
    std::vector<ConvNormShape> inner, layer;
    for (const std::int64_t in : settings.in_channels) {
        inner.push_back({.in = in, .out = out_channels_, .kernel = 1});
        layer.push_back({.in = out_channels_, .out = out_channels_});
    }
    inner_ = add_blocks("inner_blocks", inner, settings.norms);
    layer_ = add_blocks("layer_blocks", layer, settings.norms);
}

std::vector<std::shared_ptr<ConvNorm>> TopDown::add_blocks(const std::string& name,
                                                           const std::vector<ConvNormShape>& shapes,
                                                           const std::optional<NormFactory>& norms) {
    const auto list = register_module(name, std::make_shared<Module>());
    std::vector<std::shared_ptr<ConvNorm>> blocks;
    for (const ConvNormShape& shape : shapes) {
        blocks.push_back(
            list->register_module(std::to_string(blocks.size()), std::make_shared<ConvNorm>(shape, norms)));
        draw_uniform_fan_in(blocks.back()->conv().weight, blocks.back()->conv().bias);
    }
    return blocks;
}

std::vector<torch::Tensor> TopDown::top_down(const std::vector<torch::Tensor>& features) const {
    TORCH_CHECK(features.size() == inner_.size(), "the neck was made for ", inner_.size(), " maps, found ",
                features.size());
    std::vector<torch::Tensor> found(features.size());
    torch::Tensor above;
    for (std::size_t level = features.size(); level-- > 0;) {
        torch::Tensor maps = inner_[level]->forward(features[level]);
        if (above.defined()) maps = maps + at::upsample_nearest2d(above, {maps.size(2), maps.size(3)});
        above = maps;
        found[level] = layer_[level]->forward(maps);
    }
    return found;
}

}  // namespace goetia
