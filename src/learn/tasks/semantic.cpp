#include "learn/tasks/semantic.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/grid_sampler.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include "imaging/decode/mask.h"
#include "learn/losses/class_maps.h"
#include "learn/tasks/task_kit.h"

namespace goetia {
namespace {

constexpr std::int64_t kMostClasses = 255;  // a mask's pixel is a byte, and 255 is ignored

Result<bool> any_masks(const Dataset& data) {
    for (std::int64_t i = 0; i < data.size(); ++i) {
        GOETIA_ASSIGN(const Sample sample, data.sample(i));
        if (sample.has_mask()) return true;
    }
    return false;
}

Status check_masks_and_classes(const Dataset& data, const Model& model, const std::string& count_key) {
    GOETIA_ASSIGN(const bool marked, any_masks(data));
    if (!marked)
        return invalid(
            "the model gives each pixel a class, but no image of the training split has a mask of classes; "
            "dataset.type must be a set for segmentation: SemanticMasks");
    const auto known = static_cast<std::int64_t>(data.classes().size());
    if (known > kMostClasses)
        return invalid("the data set has {} classes, but masks are bytes, which tell at most {} apart", known,
                       kMostClasses);
    if (model.outcomes() == known) return {};
    return invalid(
        "{} is {}, but the data set has {} classes; set {}={} (or correct dataset.num_classes and the class list)",
        count_key, model.outcomes(), known, count_key, known);
}

Targets encode_masks(const Truth& truth, const std::vector<Frame>& frames, torch::Device device) {
    TORCH_CHECK(!truth.masks.empty(),
                "the images come without their masks; put LoadMask right after LoadImage in "
                "augmentation.train.pipeline and augmentation.val.pipeline");
    Targets targets;
    targets.frames = frames;
    const auto rows = static_cast<std::int64_t>(frames.size());
    targets.masks = torch::from_blob(const_cast<std::uint8_t*>(truth.masks.data()),
                                     {rows, frames.front().row_height, frames.front().row_width}, torch::kUInt8)
                        .to(device, torch::kInt64);
    return targets;
}

// The masks as they are in the files, of the size of the original images.
Result<Truth> original_masks(const Dataset& data, Truth in_rows, const std::vector<Frame>& frames) {
    in_rows.class_maps.clear();
    for (const Frame& frame : frames) {
        GOETIA_ASSIGN(const Sample sample, data.sample(frame.sample));
        const std::string name = sample.stored_mask ? sample.name : sample.mask_path.native();
        GOETIA_ASSIGN(Image mask,
                      sample.stored_mask ? decode_mask(sample.stored_mask.bytes, name) : read_mask(sample.mask_path));
        if (mask.width != frame.width || mask.height != frame.height)
            return invalid("the mask '{}' is {}x{} pixels, its image {}x{}", name, mask.width, mask.height, frame.width,
                           frame.height);
        in_rows.class_maps.push_back(std::move(mask));
    }
    in_rows.masks.clear();
    return in_rows;
}

// The class of the highest score at each place of [classes, height, width], as bytes.
torch::Tensor highest(const torch::Tensor& scores) { return scores.argmax(0).to(torch::kUInt8).to(torch::kCPU); }

bool shows_the_original(const Frame& frame) {
    return frame.width == 0 || frame.height == 0 ||
           (frame.to_original == PointMap{} && frame.width == frame.row_width && frame.height == frame.row_height);
}

// The part of a row that is not padding, in whole pixels.
struct Part {
    int left, top, width, height;
};

Part content_of(const Frame& frame) {
    const Box box = frame.content();
    const int left = std::clamp(static_cast<int>(std::floor(box.x1)), 0, frame.row_width - 1),
              top = std::clamp(static_cast<int>(std::floor(box.y1)), 0, frame.row_height - 1);
    return {left, top, std::clamp(static_cast<int>(std::ceil(box.x2)) - left, 1, frame.row_width - left),
            std::clamp(static_cast<int>(std::ceil(box.y2)) - top, 1, frame.row_height - top)};
}

// Where a part of a row shows the pixels of some lines of the original image, in grid_sampler's units.
torch::Tensor places_in(const Part& part, const PointMap& to_row, int first_line, int lines, int width) {
    torch::Tensor places = torch::empty({1, lines, width, 2}, torch::kFloat32);
    auto* at = places.mutable_data_ptr<float>();
    for (int y = first_line; y < first_line + lines; ++y) {
        for (int x = 0; x < width; ++x) {
            const PixelPoint point = to_row({x + 0.5, y + 0.5});
            *at++ = static_cast<float>(2 * (point.x - part.left) / part.width - 1);
            *at++ = static_cast<float>(2 * (point.y - part.top) / part.height - 1);
        }
    }
    return places;
}

// A band of lines at a time, so that the scores of a large image need little memory.
Image map_of_original(const torch::Tensor& scores, const Frame& frame) {
    constexpr std::int64_t kScoresOfABand = std::int64_t{1} << 24, kBilinear = 0, kBorder = 1;
    const Part part = content_of(frame);
    const torch::Tensor shown =
        scores.slice(1, part.top, part.top + part.height).slice(2, part.left, part.left + part.width).unsqueeze(0);
    const PointMap to_row = frame.to_original.inverse();
    const auto band =
        static_cast<int>(std::clamp<std::int64_t>(kScoresOfABand / (scores.size(0) * frame.width), 1, frame.height));
    Image map{.width = frame.width, .height = frame.height, .channels = 1, .pixels = {}};
    for (int line = 0; line < frame.height; line += band) {
        const torch::Tensor places =
            places_in(part, to_row, line, std::min(band, frame.height - line), frame.width).to(scores.device());
        const torch::Tensor classes =
            highest(at::grid_sampler(shown, places, kBilinear, kBorder, /*align_corners=*/false)[0]).contiguous();
        const auto* first = classes.const_data_ptr<std::uint8_t>();
        map.pixels.insert(map.pixels.end(), first, first + classes.numel());
    }
    return map;
}

Image map_of_row(const torch::Tensor& scores) {
    const torch::Tensor classes = highest(scores).contiguous();
    const auto* first = classes.const_data_ptr<std::uint8_t>();
    return {.width = static_cast<int>(classes.size(1)),
            .height = static_cast<int>(classes.size(0)),
            .channels = 1,
            .pixels = {first, first + classes.numel()}};
}

}  // namespace

torch::Tensor scaled_scores(const torch::Tensor& scores, std::int64_t height, std::int64_t width) {
    if (scores.size(2) == height && scores.size(3) == width) return scores;
    return at::upsample_bilinear2d(scores, {height, width}, /*align_corners=*/false);
}

ClassMaps class_maps(const torch::Tensor& scores, const std::vector<Frame>& frames) {
    ClassMaps maps;
    for (std::size_t row = 0; row < frames.size(); ++row) {
        const Frame& frame = frames[row];
        const torch::Tensor one = scores.detach().narrow(0, static_cast<std::int64_t>(row), 1).to(torch::kFloat32);
        const torch::Tensor in_row = scaled_scores(one, frame.row_height, frame.row_width)[0];
        maps.rows.push_back(shows_the_original(frame) ? map_of_row(in_row) : map_of_original(in_row, frame));
    }
    return maps;
}

torch::Tensor sum_of_pixel_accuracies(const torch::Tensor& scores, const torch::Tensor& masks) {
    const torch::NoGradGuard no_gradients;
    const torch::Tensor found = scaled_scores(scores.detach(), masks.size(1), masks.size(2)).argmax(1);
    const torch::Tensor known = masks.ne(kIgnoredPixel).flatten(1).sum(1).clamp_min(1);
    return found.eq(masks).flatten(1).sum(1).div(known).sum();
}

TaskKit semantic_kit() {
    return {
        .task = Task::kSemantic,
        .count_param = "num_classes",
        .fits = check_masks_and_classes,
        .encode = encode_masks,
        .original_truth = original_masks,
        .metrics = [] { return Json::array({{{"type", "MeanIoU"}}}); },
        .best_metric = "mIoU",
        .drawn = [](const TrainSettings::Drawings&, std::int64_t) { return std::vector<std::shared_ptr<Metric>>{}; }};
}

}  // namespace goetia
