#include <cmath>

#include <ATen/ops/stack.h>

#include "component/args.h"
#include "learn/boxes/box_coder.h"
#include "learn/tensor.h"

namespace goetia {
namespace {

struct CenteredBox {
    explicit CenteredBox(const at::Tensor& boxes)
        : width(boxes.select(-1, 2) - boxes.select(-1, 0)),
          height(boxes.select(-1, 3) - boxes.select(-1, 1)),
          x(boxes.select(-1, 0) + 0.5 * width),
          y(boxes.select(-1, 1) + 0.5 * height) {}
    at::Tensor width, height, x, y;
};

// The R-CNN family's: how far the centre moves, in sizes of the place, and the logarithms of how the sides scale.
class DeltaBoxCoder final : public BoxCoder {
  public:
    static Schema schema() {
        return Schema("DeltaBoxCoder", "Shifts of the centre by the place's size, and logarithms of its scaling")
            .with(numbers("weights", "factors of the codes for x, y, width and height")
                      .above(0)
                      .length(4)
                      .fallback({1.0, 1.0, 1.0, 1.0}))
            .with(
                number("max_scale", "most times that a side grows when a code is read").above(1).fallback(1000.0 / 16));
    }
    explicit DeltaBoxCoder(const Args& args)
        : weights_(args.list<double>("weights")), most_(std::log(args.number("max_scale"))) {}

    [[nodiscard]] at::Tensor encode(const at::Tensor& boxes, const at::Tensor& places) const override {
        const CenteredBox box(boxes), place(places);
        return at::stack(
            {weights_[0] * (box.x - place.x) / place.width, weights_[1] * (box.y - place.y) / place.height,
             weights_[2] * (box.width / place.width).log(), weights_[3] * (box.height / place.height).log()},
            -1);
    }

    [[nodiscard]] at::Tensor decode(const at::Tensor& codes, const at::Tensor& places) const override {
        const CenteredBox place(places.to(codes.scalar_type()));
        const at::Tensor x = codes.select(-1, 0) / weights_[0] * place.width + place.x,
                         y = codes.select(-1, 1) / weights_[1] * place.height + place.y;
        const at::Tensor half_width = 0.5 * ((codes.select(-1, 2) / weights_[2]).clamp_max(most_).exp() * place.width),
                         half_height =
                             0.5 * ((codes.select(-1, 3) / weights_[3]).clamp_max(most_).exp() * place.height);
        return at::stack({x - half_width, y - half_height, x + half_width, y + half_height}, -1);
    }

  private:
    std::vector<double> weights_;
    double most_;
};

}  // namespace

Status add_delta_box_coder(BoxCoderRegistry& registry) { return registry.add<DeltaBoxCoder>(); }

}  // namespace goetia
