#include "learn/yolo/yolo_reading.h"

#include <ATen/ops/tensor.h>

#include "base/json.h"
#include "learn/components.h"

namespace goetia {

torch::Tensor sizes_of(const std::vector<torch::Tensor>& maps) {
    std::vector<std::int64_t> sizes;
    for (const torch::Tensor& map : maps) sizes.insert(sizes.end(), {map.size(2), map.size(3)});
    return torch::tensor(sizes, torch::kInt64).view({-1, 2});
}

Result<YoloReader> YoloReader::make(std::int64_t bins, const BuildContext& context) {
    YoloReader reader;
    reader.bins_ = bins;
    GOETIA_ASSIGN(reader.anchors_, context.components.anchors.make({{"type", "PointAnchors"}}, "anchors"));
    GOETIA_ASSIGN(reader.coder_, context.components.box_coders.make({{"type", "DistanceBoxCoder"}}, "box_coder"));
    reader.expectation_ = std::make_shared<DistanceExpectation>(bins);
    return reader;
}

YoloReading YoloReader::read(const torch::Tensor& raw, std::int64_t classes, const torch::Tensor& map_sizes,
                             const Frame& frame) const {
    Grid grid{.maps = {}, .row = {frame.row_height, frame.row_width}, .device = raw.device()};
    const auto* size = map_sizes.const_data_ptr<std::int64_t>();
    for (std::int64_t map = 0; map < map_sizes.size(0); ++map) grid.maps.push_back({size[2 * map], size[2 * map + 1]});
    YoloReading found{.places = anchors_->places(grid),
                      .distances = raw.slice(2, 0, 4 * bins_),
                      .classes = raw.slice(2, 4 * bins_, 4 * bins_ + classes),
                      .boxes = {}};
    const torch::Tensor distances = expectation_->forward(found.distances);
    found.boxes = coder_->decode(distances, found.places.boxes.expand_as(distances));
    return found;
}

}  // namespace goetia
