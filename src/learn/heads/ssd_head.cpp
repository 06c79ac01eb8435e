#include <ATen/ops/cat.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/full.h>
#include <ATen/ops/hardtanh.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include "base/json.h"
#include "learn/boxes/box_math.h"
#include "learn/boxes/box_sampler.h"
#include "learn/components.h"
#include "learn/heads/dense_head.h"
#include "learn/layers/conv_norm.h"
#include "learn/layers/initial.h"

namespace goetia {
namespace {

const DenseDefaults& ssd_defaults() {
    static const DenseDefaults defaults{
        .anchors = {{"type", "DefaultBoxes"},
                    {"ratios", {{2}, {2, 3}, {2, 3}, {2, 3}, {2}, {2}}},
                    {"scales", {0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05}},
                    {"steps", {8, 16, 32, 64, 100, 300}}},
        .assigner = {{"type", "MaxIoUAssigner"},
                     {"pos_iou_thres", 0.5},
                     {"neg_iou_thres", 0.5},
                     {"low_quality", "best"}},
        .box_coder = {{"type", "DeltaBoxCoder"}, {"weights", {10.0, 10.0, 5.0, 5.0}}},
        .loss_cls = {{"type", "CrossEntropyLoss"}},
        .loss_box = {{"type", "SmoothL1Loss"}},
        .selection = {.score_thres = 0.01, .candidates = 400, .nms = {.iou_thres = 0.45}, .max_det = 200}};
    return defaults;
}

// SSDlite's in the place of a 3x3 convolution: one for each channel, a norm, and a 1x1 convolution.
class SeparableConv final : public Module {
  public:
    SeparableConv(std::int64_t in, std::int64_t out, const std::optional<NormFactory>& norms) {
        constexpr double kDeviation = 0.03;
        const ConvNormShape each{.in = in, .out = in, .groups = in};
        depthwise_ = register_module("0", std::make_shared<ConvNorm>(each, norms));
        draw_normal(depthwise_->conv().weight, {}, kDeviation);
        pointwise_ = register_module("1", std::make_shared<Conv2d>(in, out, 1));
        draw_normal(pointwise_->weight, pointwise_->bias, kDeviation);
    }
    [[nodiscard]] at::Tensor forward(const at::Tensor& maps) const {
        return pointwise_->forward(at::hardtanh(depthwise_->forward(maps), 0, 6));
    }

  private:
    std::shared_ptr<ConvNorm> depthwise_;
    std::shared_ptr<Conv2d> pointwise_;
};

// A convolution for each map: module_list.N.
class MapReaders final : public Module {
  public:
    MapReaders(const std::vector<std::int64_t>& in, const std::vector<std::int64_t>& per_cell, std::int64_t columns,
               const std::optional<NormFactory>& norms) {
        const auto list = register_module("module_list", std::make_shared<Module>());
        for (std::size_t level = 0; level < in.size(); ++level) {
            const std::int64_t out = per_cell[level] * columns;
            const std::string name = std::to_string(level);
            if (norms) {
                separable_.push_back(
                    list->register_module(name, std::make_shared<SeparableConv>(in[level], out, norms)));
                continue;
            }
            plain_.push_back(
                list->register_module(name, std::make_shared<Conv2d>(in[level], out, 3, Conv2dOptions{.padding = 1})));
            draw_xavier_uniform(plain_.back()->weight, plain_.back()->bias);
        }
    }
    void append_to(Outputs& found, const std::vector<torch::Tensor>& features) const {
        for (std::size_t level = 0; level < plain_.size(); ++level)
            found.push_back(plain_[level]->forward(features.at(level)));
        for (std::size_t level = 0; level < separable_.size(); ++level)
            found.push_back(separable_[level]->forward(features.at(level)));
    }

  private:
    std::vector<std::shared_ptr<Conv2d>> plain_;  // one of the two is empty
    std::vector<std::shared_ptr<SeparableConv>> separable_;
};

// SSD's head (Liu et al. 2016) and SSDlite's, with torchvision's names and arithmetic. Its first column is background.
class SsdHead final : public DenseHead {
  public:
    static Schema schema();
    static Result<std::unique_ptr<SsdHead>> make(const Args& args, const BuildContext& context);

    Outputs forward(const std::vector<torch::Tensor>& features) override;
    Losses losses(const Outputs& outputs, const Targets& targets) override;

  private:
    SsdHead(Parts parts, std::shared_ptr<BoxSampler> sampler, const std::optional<NormFactory>& norms);
    [[nodiscard]] std::vector<at::Tensor> scores(const Outputs& outputs) const override;
    [[nodiscard]] RowObjects found_in_row(const RowLevels& levels, const Box& content) const override;
    [[nodiscard]] std::int64_t columns() const { return outcomes() + 1; }

    std::shared_ptr<BoxSampler> sampler_;
    std::shared_ptr<MapReaders> classes_, boxes_;
};

Schema SsdHead::schema() {
    return with_dense_params(Schema("SsdHead", "SSD's: classes and boxes of default boxes; with norm_cfg SSDlite's"),
                             ssd_defaults())
        .with(object("box_sampler", "which places without an object count")
                  .fallback(Json{{"type", "HardNegativeSampler"}, {"neg_per_pos", 3.0}}))
        .with(
            object("norm_cfg", "normalisation of SSDlite's separable convolutions; null: SSD's plain ones").or_null());
}

Result<std::unique_ptr<SsdHead>> SsdHead::make(const Args& args, const BuildContext& context) {
    GOETIA_ASSIGN(Parts parts, make_parts(args, context, ssd_defaults()));
    GOETIA_ASSIGN(auto sampler, context.components.box_samplers.make(args.get<Json>("box_sampler"), "box_sampler"));
    std::optional<NormFactory> norms;
    for (const std::int64_t channels : parts.in_channels) {
        GOETIA_ASSIGN(norms, optional_norms(args.at("norm_cfg"), "norm_cfg", channels, context.ranks));
    }
    return std::unique_ptr<SsdHead>(new SsdHead(std::move(parts), std::move(sampler), norms));
}

SsdHead::SsdHead(Parts given, std::shared_ptr<BoxSampler> sampler, const std::optional<NormFactory>& norms)
    : DenseHead(std::move(given)), sampler_(std::move(sampler)) {
    const auto readers = [&](std::int64_t columns) {
        return std::make_shared<MapReaders>(parts().in_channels, parts().per_cell, columns, norms);
    };
    classes_ = register_module("classification_head", readers(columns()));
    boxes_ = register_module("regression_head", readers(4));
}

Outputs SsdHead::forward(const std::vector<torch::Tensor>& features) {
    Outputs found;
    classes_->append_to(found, features);
    boxes_->append_to(found, features);
    return found;
}

std::vector<at::Tensor> SsdHead::scores(const Outputs& outputs) const {
    std::vector<at::Tensor> found;
    for (const at::Tensor& maps : class_maps(outputs))
        found.push_back(by_place(maps, columns()).softmax(-1).slice(2, 1));
    return found;
}

// The surest boxes of each class, over all levels. The classes meet as 1, 2, ... in suppression, as in torchvision.
RowObjects SsdHead::found_in_row(const RowLevels& levels, const Box& content) const {
    const at::Tensor all = at::cat(levels.scores);
    const at::Tensor boxes = clip_boxes(parts().coder->decode(at::cat(levels.codes), at::cat(levels.places)), content);
    std::vector<at::Tensor> found, labels, scores;
    for (std::int64_t label = 0; label < all.size(1); ++label) {
        const at::Tensor of_class = all.select(1, label);
        const at::Tensor sure = of_class.gt(parts().selection.score_thres).nonzero().squeeze(1);
        const auto [highest, order] =
            of_class.index_select(0, sure).topk(std::min(parts().selection.candidates, sure.size(0)));
        found.push_back(boxes.index_select(0, sure.index_select(0, order)));
        labels.push_back(at::full({highest.size(0)}, label + 1, sure.options()));
        scores.push_back(highest);
    }
    RowObjects row =
        parts().selection({.boxes = at::cat(found), .labels = at::cat(labels), .scores = at::cat(scores), .masks = {}});
    row.labels = row.labels - 1;
    return row;
}

// All losses are divided by the places of the batch that find an object.
Losses SsdHead::losses(const Outputs& outputs, const Targets& targets) {
    const Places where = places(outputs, targets.frames.at(0));
    const std::vector<Assignment> rows = assigned(outputs, targets, where);
    const at::Tensor logits = by_place(class_maps(outputs), columns()), codes = by_place(code_maps(outputs), 4);
    torch::Tensor of_classes = at::zeros({}, logits.options()), of_boxes = at::zeros({}, logits.options());
    double objects = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto index = static_cast<std::int64_t>(row);
        const ObjectTargets& truth = targets.objects[row];
        const at::Tensor at = places_with_objects(rows[row]);
        objects += static_cast<double>(at.size(0));
        of_boxes = of_boxes + box_loss(codes[index], where, truth, rows[row], at);
        at::Tensor column = at::zeros_like(rows[row].objects);
        column.index_copy_(0, at, truth.labels.index_select(0, rows[row].objects.index_select(0, at)) + 1);
        const at::Tensor each = at::cross_entropy_loss(logits[index].detach(), column, {}, at::Reduction::None);
        const SampledPlaces sampled = sampler_->sample(rows[row].objects, each);
        const at::Tensor counts = at::cat({sampled.positive, sampled.negative});
        of_classes = of_classes +
                     parts().loss_cls->forward(logits[index].index_select(0, counts), column.index_select(0, counts));
    }
    objects = std::max(1.0, objects);
    of_classes = of_classes / objects, of_boxes = of_boxes / objects;
    return {of_classes + of_boxes, {{"loss_cls", of_classes.detach()}, {"loss_box", of_boxes.detach()}}};
}

}  // namespace

Status add_ssd_head(HeadRegistry& registry) { return registry.add<SsdHead>(); }

}  // namespace goetia
