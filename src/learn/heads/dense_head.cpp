#include "learn/heads/dense_head.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/zeros.h>

#include "base/json.h"
#include "learn/boxes/box_loss.h"
#include "learn/boxes/box_math.h"
#include "learn/components.h"

namespace goetia {

at::Tensor by_place(const at::Tensor& maps, std::int64_t columns) {
    const std::int64_t rows = maps.size(0);
    return maps.reshape({rows, -1, columns, maps.size(2), maps.size(3)})
        .permute({0, 3, 4, 1, 2})
        .reshape({rows, -1, columns});
}

at::Tensor by_place(std::span<const at::Tensor> levels, std::int64_t columns) {
    std::vector<at::Tensor> all;
    for (const at::Tensor& maps : levels) all.push_back(by_place(maps, columns));
    return at::cat(all, 1);
}

at::Tensor places_with_objects(const Assignment& assignment) { return assignment.objects.ge(0).nonzero().squeeze(1); }

at::Tensor class_shares(const Assignment& assignment, const ObjectTargets& objects, std::int64_t classes) {
    at::Tensor shares = at::zeros({assignment.objects.size(0), classes}, objects.boxes.options());
    const at::Tensor at = places_with_objects(assignment);
    const at::Tensor labels = objects.labels.index_select(0, assignment.objects.index_select(0, at));
    const at::Tensor found =
        assignment.weights.defined() ? assignment.weights.index_select(0, at) : at::ones_like(at, shares.options());
    shares.view(-1).index_copy_(0, at * classes + labels, found);
    return shares;
}

Schema DenseHead::with_dense_params(Schema schema, const DenseDefaults& defaults) {
    Schema own =
        std::move(schema)
            .with(integer("num_classes", "classes to tell apart").at_least(1))
            .with(integers("in_channels", "channels of each map; those of the neck unless given").at_least(1).or_null())
            .with(object("anchors", "where it looks for objects").fallback(defaults.anchors))
            .with(object("assigner", "which object each place is to find").fallback(defaults.assigner))
            .with(object("box_coder", "how a box is told relative to its place").fallback(defaults.box_coder))
            .with(object("loss_cls", "what is minimised for the classes").fallback(defaults.loss_cls))
            .with(object("loss_box", "what is minimised for the boxes").fallback(defaults.loss_box));
    return with_selection_params(std::move(own), defaults.selection).for_tasks({task_name(Task::kDetection)});
}

Result<DenseHead::Parts> DenseHead::make_parts(const Args& args, const BuildContext& context,
                                               const DenseDefaults& defaults) {
    if (args.is_null("in_channels")) return invalid("'in_channels' must be given when no backbone says it");
    const Components& all = context.components;
    Parts parts;
    parts.classes = args.integer("num_classes");
    parts.in_channels = args.list<std::int64_t>("in_channels");
    GOETIA_ASSIGN(parts.anchors, all.anchors.make(args.get<Json>("anchors"), "anchors"));
    GOETIA_ASSIGN(parts.per_cell, parts.anchors->per_cell(parts.in_channels.size()));
    GOETIA_ASSIGN(parts.assigner, all.assigners.make(args.get<Json>("assigner"), "assigner"));
    GOETIA_ASSIGN(parts.coder, all.box_coders.make(args.get<Json>("box_coder"), "box_coder"));
    GOETIA_ASSIGN(parts.loss_cls, make_summed_loss(args, "loss_cls", context));
    GOETIA_ASSIGN(parts.loss_box, make_summed_loss(args, "loss_box", context));
    GOETIA_ASSIGN(parts.selection, make_selection(args, defaults.selection));
    return parts;
}

DenseHead::DenseHead(Parts parts) : parts_(std::move(parts)) {
    register_module("loss_cls", parts_.loss_cls);
    register_module("loss_box", parts_.loss_box);
}

std::span<const at::Tensor> DenseHead::class_maps(const Outputs& outputs) const {
    return std::span(outputs).first(levels());
}

std::span<const at::Tensor> DenseHead::code_maps(const Outputs& outputs) const {
    return std::span(outputs).subspan(levels(), levels());
}

Places DenseHead::places(const Outputs& outputs, const Frame& frame) const {
    Grid grid{.row = {frame.row_height, frame.row_width}, .device = outputs.at(0).device()};
    for (const at::Tensor& maps : class_maps(outputs)) grid.maps.push_back({maps.size(2), maps.size(3)});
    return parts_.anchors->places(grid);
}

std::vector<Assignment> DenseHead::assigned(const Outputs& outputs, const Targets& targets,
                                            const Places& places) const {
    const at::NoGradGuard no_gradients;
    at::Tensor found, boxes;
    if (parts_.assigner->reads_predictions()) {
        found = at::cat(scores(outputs), 1);
        const at::Tensor codes = by_place(code_maps(outputs), 4);
        boxes = parts_.coder->decode(codes, places.boxes.unsqueeze(0).expand_as(codes));
    }
    std::vector<Assignment> rows;
    for (std::size_t row = 0; row < targets.objects.size(); ++row) {
        const auto at = static_cast<std::int64_t>(row);
        rows.push_back(parts_.assigner->assign({.places = places,
                                                .objects = targets.objects[row],
                                                .scores = found.defined() ? found[at] : found,
                                                .boxes = boxes.defined() ? boxes[at] : boxes}));
    }
    return rows;
}

at::Tensor DenseHead::box_loss(const at::Tensor& codes, const Places& places, const ObjectTargets& objects,
                               const Assignment& assignment, const at::Tensor& at) const {
    const at::Tensor found = codes.index_select(0, at), where = places.boxes.index_select(0, at),
                     truth = objects.boxes.index_select(0, assignment.objects.index_select(0, at));
    const at::Tensor weights = assignment.weights.defined() ? assignment.weights.index_select(0, at) : at::Tensor();
    if (dynamic_cast<const ComparesBoxes*>(parts_.loss_box.get()) != nullptr)
        return parts_.loss_box->forward(parts_.coder->decode(found, where), truth, weights);
    return parts_.loss_box->forward(found, parts_.coder->encode(truth, where), weights);
}

RowObjects DenseHead::found_in_row(const RowLevels& levels, const Box& content) const {
    std::vector<at::Tensor> boxes, labels, scores;
    for (std::size_t level = 0; level < levels.scores.size(); ++level) {
        const std::int64_t classes = levels.scores[level].size(1);
        const at::Tensor all = levels.scores[level].flatten();
        const at::Tensor sure = all.gt(parts_.selection.score_thres).nonzero().squeeze(1);
        const auto [highest, order] =
            all.index_select(0, sure).topk(std::min(parts_.selection.candidates, sure.size(0)));
        const at::Tensor taken = sure.index_select(0, order), at = taken.floor_divide(classes);
        boxes.push_back(clip_boxes(
            parts_.coder->decode(levels.codes[level].index_select(0, at), levels.places[level].index_select(0, at)),
            content));
        labels.push_back(taken.remainder(classes));
        scores.push_back(highest);
    }
    return parts_.selection(
        {.boxes = at::cat(boxes), .labels = at::cat(labels), .scores = at::cat(scores), .masks = {}});
}

Predictions DenseHead::predict(const Outputs& outputs, const std::vector<Frame>& frames) const {
    const at::NoGradGuard no_gradients;
    const std::vector<at::Tensor> sure = scores(outputs);
    std::vector<at::Tensor> codes;
    for (const at::Tensor& maps : code_maps(outputs)) codes.push_back(by_place(maps, 4));
    const Places where = places(outputs, frames.at(0));
    const std::vector<at::Tensor> by_level = where.boxes.split_with_sizes(where.counts);
    std::vector<RowObjects> found;
    for (std::size_t row = 0; row < frames.size(); ++row) {
        RowLevels levels{.scores = {}, .codes = {}, .places = by_level};
        for (std::size_t level = 0; level < codes.size(); ++level) {
            levels.scores.push_back(sure[level][static_cast<std::int64_t>(row)]);
            levels.codes.push_back(codes[level][static_cast<std::int64_t>(row)]);
        }
        found.push_back(found_in_row(levels, frames[row].content()));
    }
    return in_original_images(found, frames);
}

}  // namespace goetia
