#include "learn/tasks/objects.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/grid_sampler.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include "imaging/masks/rle.h"
#include "learn/tasks/task_kit.h"

namespace goetia {
namespace {

bool has_shape(const Instance& object) { return object.mask || !object.polygons.empty(); }

Status check_class_count(const Dataset& data, const Model& model, const std::string& count_key) {
    const auto known = static_cast<std::int64_t>(data.classes().size());
    if (model.outcomes() == known) return {};
    return invalid(
        "{} is {}, but the data set has {} classes; set {}={} (or correct dataset.num_classes and the class list)",
        count_key, model.outcomes(), known, count_key, known);
}

// One object that counts is enough for boxes; of masks every object needs its own.
Status check_boxes(const Dataset& data, const Model& model, const std::string& count_key) {
    for (std::int64_t i = 0; i < data.size(); ++i) {
        GOETIA_ASSIGN(const Sample sample, data.sample(i));
        if (!sample.instances.empty()) return check_class_count(data, model, count_key);
    }
    return invalid(
        "the model finds objects, but no image of the training split has one; dataset.type must be a set with boxes: "
        "Coco, Voc, Yolo");
}

Status check_masks(const Dataset& data, const Model& model, const std::string& count_key) {
    GOETIA_TRY(check_boxes(data, model, count_key));
    std::int64_t objects = 0, bare = 0;
    std::string first;
    for (std::int64_t i = 0; i < data.size(); ++i) {
        GOETIA_ASSIGN(const Sample sample, data.sample(i));
        for (const Instance& object : sample.instances) {
            ++objects;
            if (has_shape(object)) continue;
            if (bare++ == 0) first = sample.name;
        }
    }
    if (bare == 0) return {};
    return invalid(
        "the model finds masks, but {} of the {} objects of the training split have none, the first one in '{}'; use a "
        "detector, or a set with polygons or masks",
        bare, objects, first);
}

torch::Tensor mask_of(const Instance& object, const Frame& frame) {
    const auto bytes = object.mask
                           ? decode_runs(*object.mask)
                           : decode_runs(runs_of_polygons(object.polygons, frame.row_height, frame.row_width).value());
    return torch::from_blob(const_cast<std::uint8_t*>(bytes.data()), {frame.row_height, frame.row_width}, torch::kUInt8)
        .clone();
}

bool is_learned(const Instance& object) {
    return !object.crowd && object.label >= 0 && object.box.width() > 0 && object.box.height() > 0;
}

ObjectTargets encode_row(const std::vector<Instance>& objects, const Frame& frame, bool with_masks) {
    std::vector<float> boxes;
    std::vector<std::int64_t> labels;
    std::vector<torch::Tensor> masks;
    for (const Instance& object : objects) {
        if (!is_learned(object)) continue;
        boxes.insert(boxes.end(), {object.box.x1, object.box.y1, object.box.x2, object.box.y2});
        labels.push_back(object.label);
        if (with_masks) masks.push_back(mask_of(object, frame));
    }
    ObjectTargets targets;
    const auto count = static_cast<std::int64_t>(labels.size());
    targets.boxes = torch::tensor(boxes, torch::kFloat32).view({count, 4});
    targets.labels = torch::tensor(labels, torch::kInt64);
    if (with_masks)
        targets.masks =
            count > 0 ? at::stack(masks) : torch::empty({0, frame.row_height, frame.row_width}, torch::kUInt8);
    return targets;
}

Targets encode_objects(const Truth& truth, const std::vector<Frame>& frames, torch::Device device, bool with_masks) {
    Targets targets;
    targets.frames = frames;
    for (std::size_t row = 0; row < frames.size(); ++row) {
        ObjectTargets one = encode_row(truth.objects[row], frames[row], with_masks);
        one.boxes = one.boxes.to(device), one.labels = one.labels.to(device);
        if (with_masks) one.masks = one.masks.to(device);
        targets.objects.push_back(std::move(one));
    }
    return targets;
}

Result<Truth> original_objects(const Dataset& data, Truth in_rows, const std::vector<Frame>& frames) {
    for (std::size_t row = 0; row < frames.size(); ++row) {
        GOETIA_ASSIGN(Sample sample, data.sample(frames[row].sample));
        in_rows.objects[row] = std::move(sample.instances);
    }
    return in_rows;
}

// A mask of the row, drawn at the original image's size: each of its pixels looks up where the row shows it.
Rle in_original(const torch::Tensor& mask, const Frame& frame) {
    const PointMap to_row = frame.to_original.inverse();
    const auto places = torch::empty({1, frame.height, frame.width, 2}, torch::kFloat32);
    auto* at = places.mutable_data_ptr<float>();
    for (int y = 0; y < frame.height; ++y) {
        for (int x = 0; x < frame.width; ++x) {
            const PixelPoint point = to_row({x + 0.5, y + 0.5});
            *at++ = static_cast<float>(2 * point.x / frame.row_width - 1);
            *at++ = static_cast<float>(2 * point.y / frame.row_height - 1);
        }
    }
    constexpr std::int64_t kBilinear = 0, kZeros = 0;
    const torch::Tensor drawn = at::grid_sampler(mask.view({1, 1, frame.row_height, frame.row_width}), places,
                                                 kBilinear, kZeros, /*align_corners=*/false)
                                    .ge(0.5)
                                    .to(torch::kUInt8)
                                    .contiguous();
    const auto* rows = drawn.const_data_ptr<std::uint8_t>();
    return encode_runs({rows, static_cast<std::size_t>(drawn.numel())}, frame.height, frame.width);
}

Rle mask_in_original(const torch::Tensor& mask, const Frame& frame) {
    const bool same = frame.width == 0 || (frame.to_original == PointMap{} && frame.width == frame.row_width &&
                                           frame.height == frame.row_height);
    if (!same) return in_original(mask, frame);
    const torch::Tensor drawn = mask.ge(0.5).to(torch::kUInt8).contiguous();
    return encode_runs({drawn.const_data_ptr<std::uint8_t>(), static_cast<std::size_t>(drawn.numel())},
                       frame.row_height, frame.row_width);
}

std::vector<FoundObject> found_in(const RowObjects& row, const Frame& frame) {
    const torch::Tensor boxes = row.boxes.detach().to(torch::kCPU, torch::kFloat32).contiguous(),
                        labels = row.labels.to(torch::kCPU, torch::kInt64).contiguous(),
                        scores = row.scores.detach().to(torch::kCPU, torch::kFloat32).contiguous();
    const torch::Tensor masks =
        row.masks.defined() ? row.masks.detach().to(torch::kCPU, torch::kFloat32).contiguous() : torch::Tensor();
    std::vector<FoundObject> objects;
    for (std::int64_t i = 0; i < boxes.size(0); ++i) {
        const float* box = boxes.const_data_ptr<float>() + 4 * i;
        FoundObject object{.box = frame.in_original({box[0], box[1], box[2], box[3]}),
                           .label = labels.const_data_ptr<std::int64_t>()[i],
                           .score = scores.const_data_ptr<float>()[i],
                           .mask = {}};
        if (masks.defined()) object.mask = mask_in_original(masks[i], frame);
        objects.push_back(std::move(object));
    }
    return objects;
}

std::vector<std::shared_ptr<Metric>> nothing_drawn(const TrainSettings::Drawings&, std::int64_t) { return {}; }

}  // namespace

FoundObjects in_original_images(const std::vector<RowObjects>& rows, const std::vector<Frame>& frames) {
    FoundObjects found;
    for (std::size_t row = 0; row < rows.size(); ++row) found.rows.push_back(found_in(rows[row], frames[row]));
    return found;
}

TaskKit detection_kit() {
    return {.task = Task::kDetection,
            .count_param = "num_classes",
            .fits = check_boxes,
            .encode = [](const Truth& truth, const std::vector<Frame>& frames,
                         torch::Device device) { return encode_objects(truth, frames, device, false); },
            .original_truth = original_objects,
            .metrics = [] { return Json::array({{{"type", "CocoAP"}}}); },
            .best_metric = "mAP",
            .drawn = nothing_drawn};
}

TaskKit instance_kit() {
    return {.task = Task::kInstance,
            .count_param = "num_classes",
            .fits = check_masks,
            .encode = [](const Truth& truth, const std::vector<Frame>& frames,
                         torch::Device device) { return encode_objects(truth, frames, device, true); },
            .original_truth = original_objects,
            .metrics = [] { return Json::array({{{"type", "CocoAP"}, {"iou_types", {"bbox", "segm"}}}}); },
            .best_metric = "mask_mAP",
            .drawn = nothing_drawn};
}

}  // namespace goetia
