#include "learn/heads/map_head.h"

#include "base/json.h"
#include "learn/components.h"

namespace goetia {

Schema with_map_head_params(Schema schema) {
    return std::move(schema)
        .with(integer("num_classes", "classes to tell apart, the background among them").between(1, 255))
        .with(object("loss", "what is minimised").fallback(Json{{"type", "CrossEntropyLoss"}}))
        .with(object("norm_cfg",
                     "normalisation: type BN, SyncBN, GN or FrozenBN, requires_grad, eps, momentum, "
                     "num_groups")
                  .fallback(Json{{"type", "BN"}}))
        .for_tasks({task_name(Task::kSemantic)});
}

Schema with_last_map(Schema schema) {
    return std::move(schema).with(
        integer("in_channels", "channels of the last map; those of the backbone unless given").at_least(1).or_null());
}

Schema with_all_maps(Schema schema) {
    return std::move(schema).with(
        integers("in_channels", "channels of each map, the largest map first; those of the backbone unless given")
            .at_least(1)
            .or_null());
}

Result<std::vector<std::int64_t>> incoming_channels(const Args& args, std::size_t least_maps) {
    if (args.is_null("in_channels")) return invalid("'in_channels' must be given when no backbone says it");
    std::vector<std::int64_t> channels = args.list<std::int64_t>("in_channels");
    if (channels.size() < least_maps)
        return invalid(
            "the head needs {} maps or more, the largest first, and is given {}; name more in the backbone's "
            "out_indices",
            least_maps, channels.size());
    return channels;
}

Result<MapHeadParts> make_map_head_parts(const Args& args, const BuildContext& context,
                                         const std::vector<std::int64_t>& widths) {
    GOETIA_ASSIGN(NormFactory norms, NormFactory::make(args.get<Json>("norm_cfg"), "norm_cfg", context.ranks));
    for (const std::int64_t width : widths) GOETIA_TRY(norms.fits(width));
    GOETIA_ASSIGN(auto loss, context.components.losses.make(args.get<Json>("loss"), "loss"));
    return MapHeadParts{std::move(loss), std::move(norms)};
}

Losses MapHead::losses(const Outputs& outputs, const Targets& targets) {
    const torch::Tensor scores = scaled_scores(outputs.at(0), targets.masks.size(1), targets.masks.size(2));
    const torch::Tensor found = loss_->forward(scores, targets.masks);
    return {found, {{"loss_seg", found.detach()}}};
}

torch::Tensor scaled_to(const torch::Tensor& maps, const torch::Tensor& other) {
    return scaled_scores(maps, other.size(2), other.size(3));
}

}  // namespace goetia
