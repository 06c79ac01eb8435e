#include "learn/yolo/yolo_finding.h"

#include "learn/boxes/box_math.h"

namespace goetia {
namespace {

constexpr double kLeastSide = 1e-3;  // pixels; what is left of a box that lies in the padding has none

torch::Tensor surest(const torch::Tensor& scores, const Selection& selection) {
    const torch::Tensor sure = scores.gt(selection.score_thres).nonzero().squeeze(1);
    if (sure.size(0) <= selection.candidates) return sure;
    return sure.index_select(0, std::get<1>(scores.index_select(0, sure).topk(selection.candidates)));
}

RowObjects those_at(const RowObjects& objects, const torch::Tensor& numbers) {
    return {.boxes = objects.boxes.index_select(0, numbers),
            .labels = objects.labels.index_select(0, numbers),
            .scores = objects.scores.index_select(0, numbers),
            .masks = objects.masks.defined() ? objects.masks.index_select(0, numbers) : torch::Tensor()};
}

}  // namespace

RowObjects objects_of_row(const YoloReading& found, std::int64_t row, const Selection& selection, const Frame& frame,
                          const torch::Tensor& beside) {
    const std::int64_t classes = found.classes.size(2);
    const torch::Tensor scores = found.classes[row].sigmoid().flatten();
    const torch::Tensor numbers = surest(scores, selection);  // of pairs of a place and a class
    const torch::Tensor places = numbers.floor_divide(classes);
    RowObjects kept = selection({.boxes = found.boxes[row].index_select(0, places),
                                 .labels = numbers.remainder(classes),
                                 .scores = scores.index_select(0, numbers),
                                 .masks = beside.defined() ? beside.index_select(0, places) : torch::Tensor()});
    kept.boxes = clip_boxes(kept.boxes, frame.content());
    return those_at(kept, boxes_at_least(kept.boxes, kLeastSide));
}

}  // namespace goetia
