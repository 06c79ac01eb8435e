#include <ATen/ops/cat.h>

#include "component/args.h"
#include "learn/boxes/box_coder.h"
#include "learn/boxes/box_math.h"
#include "learn/tensor.h"

namespace goetia {
namespace {

// FCOS': the distances from the middle of the place to the left, top, right and bottom edge of the box.
class DistanceBoxCoder final : public BoxCoder {
  public:
    static Schema schema() {
        return Schema("DistanceBoxCoder", "Distances from the middle of the place to the four edges of the box")
            .with(boolean("normalize", "distances are told in sizes of the place, not in pixels").fallback(true));
    }
    explicit DistanceBoxCoder(const Args& args) : normalize_(args.flag("normalize")) {}

    [[nodiscard]] at::Tensor encode(const at::Tensor& boxes, const at::Tensor& places) const override {
        const at::Tensor middle = box_centers(places);
        const at::Tensor distances = at::cat({middle - boxes.slice(-1, 0, 2), boxes.slice(-1, 2, 4) - middle}, -1);
        return normalize_ ? distances / sizes(places) : distances;
    }

    [[nodiscard]] at::Tensor decode(const at::Tensor& codes, const at::Tensor& places) const override {
        const at::Tensor as_codes = places.to(codes.scalar_type()), middle = box_centers(as_codes);
        const at::Tensor distances = normalize_ ? codes * sizes(as_codes) : codes;
        return at::cat({middle - distances.slice(-1, 0, 2), middle + distances.slice(-1, 2, 4)}, -1);
    }

  private:
    static at::Tensor sizes(const at::Tensor& places) {
        const at::Tensor one = places.slice(-1, 2, 4) - places.slice(-1, 0, 2);
        return at::cat({one, one}, -1);
    }

    bool normalize_;
};

}  // namespace

Status add_distance_box_coder(BoxCoderRegistry& registry) { return registry.add<DistanceBoxCoder>(); }

}  // namespace goetia
