#include "learn/models/linear_head.h"

#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/dropout.h>

#include "learn/components.h"

namespace goetia {

torch::Tensor mean_over_places(const torch::Tensor& maps) {
    return maps.dim() == 4 ? at::adaptive_avg_pool2d(maps, {1, 1}).flatten(1) : maps;
}

torch::Tensor dropped(const torch::Tensor& vectors, double share, bool is_training) {
    return share > 0 ? at::dropout(vectors, share, is_training) : vectors;
}

Schema with_linear_head_params(Schema schema, const Json& loss) {
    return std::move(schema)
        .with(integer("in_channels", "channels of the features; those of the backbone unless given")
                  .at_least(1)
                  .or_null())
        .with(object("loss", "what is minimised").fallback(loss))
        .with(number("dropout", "share of the features dropped in training").between(0, 1).fallback(0.0));
}

Result<std::shared_ptr<Loss>> make_head_loss(const Args& args, const BuildContext& context) {
    if (args.is_null("in_channels")) return invalid("'in_channels' must be given when no backbone says it");
    return context.components.losses.make(args.get<Json>("loss"), "loss");
}

}  // namespace goetia
