#include "learn/heads/two_stage_params.h"

#include "base/json.h"

namespace goetia {
namespace {

Schema with_proposal_params(Schema schema) {
    return std::move(schema)
        .with(object("anchors", "boxes around which objects are looked for, the same number in each cell of every map")
                  .fallback(Json{{"type", "GridAnchors"}, {"sizes", {{32}, {64}, {128}, {256}, {512}}}}))
        .with(integer("rpn_convs", "convolutions before what is found").at_least(1).fallback(1))
        .with(object("rpn_assigner", "which anchor is to find which object")
                  .fallback(Json{{"type", "MaxIoUAssigner"},
                                 {"pos_iou_thres", 0.7},
                                 {"neg_iou_thres", 0.3},
                                 {"low_quality", "ties"}}))
        .with(object("rpn_box_sampler", "which anchors a step learns from")
                  .fallback(Json{{"type", "RandomBoxSampler"}, {"num", 256}, {"pos_fraction", 0.5}}))
        .with(
            object("rpn_box_coder", "how a proposal is told from its anchor").fallback(Json{{"type", "DeltaBoxCoder"}}))
        .with(integer("rpn_pre_nms_train", "surest anchors of each map that are compared in training")
                  .at_least(1)
                  .fallback(2000))
        .with(integer("rpn_pre_nms", "the same in evaluation").at_least(1).fallback(1000))
        .with(integer("rpn_post_nms_train", "most proposals of an image in training").at_least(1).fallback(2000))
        .with(integer("rpn_post_nms", "the same in evaluation").at_least(1).fallback(1000))
        .with(number("rpn_nms_iou", "overlap from which on the less sure proposal of a map goes")
                  .between(0, 1)
                  .fallback(0.7))
        .with(number("rpn_score_thres", "proposals less sure are left out").between(0, 1).fallback(0.0))
        .with(number("rpn_min_side", "proposals with a shorter side, in pixels, are left out")
                  .at_least(0)
                  .fallback(0.001));
}

Schema with_box_params(Schema schema) {
    Schema own =
        std::move(schema)
            .with(integer("pooled_maps", "maps below boxes, the largest first; all but the last unless given")
                      .at_least(1)
                      .or_null())
            .with(number("canonical_scale", "side of a square box that is read from the map of canonical_level")
                      .above(0)
                      .fallback(224))
            .with(number("canonical_level", "that map's stride is two to this").fallback(4))
            .with(integer("sampling_ratio", "points per side of each pixel that is read").at_least(1).fallback(2))
            .with(integer("box_pool_size", "pixels per side that are read below a box").at_least(1).fallback(7))
            .with(integers("box_channels", "channels of the convolutions before the linear layers")
                      .at_least(1)
                      .fallback(Json::array()))
            .with(integer("box_features", "width of the linear layers: two without convolutions, else one")
                      .at_least(1)
                      .fallback(1024))
            .with(object("box_assigner", "which proposal is to find which object")
                      .fallback(Json{{"type", "MaxIoUAssigner"}, {"pos_iou_thres", 0.5}, {"neg_iou_thres", 0.5}}))
            .with(object("box_sampler", "which proposals a step learns from")
                      .fallback(Json{{"type", "RandomBoxSampler"}, {"num", 512}, {"pos_fraction", 0.25}}))
            .with(object("box_coder", "how a box is told from its proposal")
                      .fallback(Json{{"type", "DeltaBoxCoder"}, {"weights", {10.0, 10.0, 5.0, 5.0}}}))
            .with(object("norm_cfg", "norm between the convolutions of boxes and masks; none unless given").or_null());
    return with_selection_params(std::move(own), two_stage_selection());
}

Schema with_mask_params(Schema schema) {
    return std::move(schema)
        .with(
            integer("mask_pool_size", "pixels per side that are read below a box for its mask, which has twice as many")
                .at_least(1)
                .fallback(14))
        .with(integers("mask_channels", "channels of the convolutions before the mask")
                  .at_least(1)
                  .fallback({256, 256, 256, 256}))
        .with(integer("mask_predictor_channels", "channels of the enlarged map").at_least(1).fallback(256));
}

}  // namespace

Selection two_stage_selection() {
    return {.score_thres = 0.05, .candidates = 10'000, .nms = {.iou_thres = 0.5}, .max_det = 100};
}

Schema with_two_stage_params(Schema schema, bool with_masks) {
    schema = with_box_params(with_proposal_params(std::move(schema)));
    return with_masks ? with_mask_params(std::move(schema)) : schema;
}

}  // namespace goetia
