// What the raw outputs of a YOLO head say: boxes and class scores of every place.
#pragma once

#include <memory>
#include <vector>

#include "learn/boxes/box_coder.h"
#include "learn/boxes/places.h"
#include "learn/layers/yolo_blocks.h"
#include "learn/model.h"

namespace goetia {

// The heights and widths of maps, int64 [maps, 2] on the CPU: with the row's size, they say where the places are.
torch::Tensor sizes_of(const std::vector<torch::Tensor>& maps);

// Of all rows of a batch.
struct YoloReading {
    Places places;
    torch::Tensor distances;  // [rows, places, 4 * bins]: logits of the distances in cells
    torch::Tensor classes;    // [rows, places, classes]: logits
    torch::Tensor boxes;      // [rows, places, 4] in the row's pixels
};

class YoloReader {
  public:
    static Result<YoloReader> make(std::int64_t bins, const BuildContext& context);

    // `raw` is what a YoloBranch gives, or more channels, of which the first are read; all rows are of one size.
    [[nodiscard]] YoloReading read(const torch::Tensor& raw, std::int64_t classes, const torch::Tensor& map_sizes,
                                   const Frame& frame) const;
    [[nodiscard]] std::int64_t bins() const { return bins_; }
    [[nodiscard]] const std::shared_ptr<DistanceExpectation>& expectation() const { return expectation_; }
    // The distances in cells from the places (one for each box) to the sides of the boxes.
    [[nodiscard]] torch::Tensor distances_to(const torch::Tensor& boxes, const torch::Tensor& place_boxes) const {
        return coder_->encode(boxes, place_boxes);
    }

  private:
    std::int64_t bins_ = 0;
    std::shared_ptr<Anchors> anchors_;
    std::shared_ptr<BoxCoder> coder_;
    std::shared_ptr<DistanceExpectation> expectation_;
};

}  // namespace goetia
