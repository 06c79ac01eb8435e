// The block of YOLOv8 and YOLOv10: a chain of small blocks whose every link is heard at the end.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "learn/layers/yolo_conv.h"

namespace goetia {

// What the links of the chain are: two 3x3 convolutions; YOLOv10's compact inverted block; the same with a 7x7 one.
enum class C2fKind { kBottleneck, kCib, kLargeCib };

struct C2fShape {
    std::int64_t in = 0, out = 0;
    std::int64_t repeats = 1;
    bool shortcut = false;  // around each link
    C2fKind kind = C2fKind::kBottleneck;
};

// One convolution to two halves, the links one after the other from the second half on, all pieces joined, one
// convolution more.
class C2f final : public MapsLayer {
  public:
    C2f(const C2fShape& shape, const NormFactory& norms);
    torch::Tensor forward(const torch::Tensor& maps) override;

  private:
    std::shared_ptr<YoloConv> cv1_, cv2_;
    std::vector<std::shared_ptr<MapsLayer>> links_;
};

}  // namespace goetia
