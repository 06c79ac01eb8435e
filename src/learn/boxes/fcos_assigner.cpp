#include <limits>

#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>

#include "component/args.h"
#include "learn/boxes/assigner.h"
#include "learn/boxes/box_math.h"
#include "learn/tensor.h"

namespace goetia {
namespace {

// FCOS' points (Tian et al. 2019), by torchvision's arithmetic. A place finds an object if its middle is inside the box
// and near its centre, and the box is of the size that the place's map is for; of several the smallest.
class FcosAssigner final : public Assigner {
  public:
    static Schema schema() {
        return Schema("FcosAssigner", "Points inside an object, near its centre, on the map for its size")
            .with(number("radius", "how far from the centre a point may lie, in sizes of its place")
                      .above(0)
                      .fallback(1.5));
    }
    explicit FcosAssigner(const Args& args) : radius_(args.number("radius")) {}

    [[nodiscard]] Assignment assign(const AssignerInput& input) const override {
        const at::Tensor &places = input.places.boxes, &boxes = input.objects.boxes;
        if (boxes.size(0) == 0)
            return {at::full({places.size(0)}, kBackground, places.options().dtype(torch::kInt64)), {}};
        const at::Tensor points = box_centers(places).unsqueeze(1), objects = boxes.unsqueeze(0);
        const at::Tensor size = (places.select(1, 2) - places.select(1, 0)).unsqueeze(1);
        const at::Tensor near = (points - box_centers(objects)).abs().amax(2) < size * radius_;
        // To the left, upper, right and lower edge.
        const at::Tensor distances = at::cat({points - objects.slice(2, 0, 2), objects.slice(2, 2, 4) - points}, 2);
        const at::Tensor farthest = distances.amax(2);
        const at::Tensor fits = near.logical_and(distances.amin(2) > 0)
                                    .logical_and(farthest > least(input.places, size))
                                    .logical_and(farthest < most(input.places, size));
        // The smallest fitting box has the highest value; places that fit none have 0.
        const at::Tensor value = fits.to(torch::kFloat32) * (1e8 - box_areas(objects));
        auto [highest, found] = value.max(1);
        return {found.masked_fill(highest < 1e-5, kBackground), {}};
    }

  private:
    // The sizes that a map is for: 4 to 8 of its places, downwards without end on the first map, upwards on the last.
    static at::Tensor least(const Places& places, const at::Tensor& size) {
        at::Tensor bound = size * 4;
        bound.slice(0, 0, places.counts.front()).fill_(0);
        return bound;
    }
    static at::Tensor most(const Places& places, const at::Tensor& size) {
        at::Tensor bound = size * 8;
        bound.slice(0, size.size(0) - places.counts.back()).fill_(std::numeric_limits<double>::infinity());
        return bound;
    }

    double radius_;
};

}  // namespace

Status add_fcos_assigner(AssignerRegistry& registry) { return registry.add<FcosAssigner>(); }

}  // namespace goetia
