#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include "learn/boxes/assigner.h"
#include "learn/boxes/box_math.h"
#include "learn/tensor.h"

namespace goetia {
namespace {

// Feng et al. (2021): an object is found by the places inside its box that already tell its class and its box best
// together. A place that several objects want goes to the one it overlaps most. Its weight is its share of the best
// alignment with the object, times the best overlap with it.
class TaskAlignedAssigner final : public Assigner {
  public:
    static Schema schema() {
        return Schema("TaskAlignedAssigner", "The places that already tell class and box of an object best together")
            .with(integer("topk", "places for each object").at_least(1).fallback(10))
            .with(number("alpha", "exponent of the class score").at_least(0).fallback(0.5))
            .with(number("beta", "exponent of the overlap (CIoU)").at_least(0).fallback(6.0));
    }
    explicit TaskAlignedAssigner(const Args& args)
        : topk_(args.integer("topk")), alpha_(args.number("alpha")), beta_(args.number("beta")) {}

    [[nodiscard]] bool reads_predictions() const override { return true; }

    [[nodiscard]] Assignment assign(const AssignerInput& input) const override {
        const at::Tensor &places = input.places.boxes, &objects = input.objects.boxes;
        Assignment result{.objects = at::full({places.size(0)}, kBackground, places.options().dtype(torch::kInt64)),
                          .weights = at::zeros({places.size(0)}, places.options())};
        if (objects.size(0) == 0) return result;
        // Both are [objects, places].
        const at::Tensor overlaps =
            box_overlap(Overlap::kCIoU, objects.unsqueeze(1), input.boxes.unsqueeze(0)).clamp_min(0) *
            inside(box_centers(places), objects);
        const at::Tensor scores = input.scores.transpose(0, 1).index_select(0, input.objects.labels);
        const at::Tensor alignment = scores.pow(alpha_) * overlaps.pow(beta_);

        const at::Tensor wanted = among_best(alignment);
        const auto [best_overlap, winner] = overlaps.masked_fill(wanted.logical_not(), -1).max(0);
        const at::Tensor taken = best_overlap.gt(0);
        const at::Tensor mine = wanted.logical_and(at::zeros_like(wanted).scatter(0, winner.unsqueeze(0), true));
        const at::Tensor best = (alignment * mine).amax(1, true), widest = (overlaps * mine).amax(1, true);
        const at::Tensor weights =
            (alignment * mine / best.clamp_min(std::numeric_limits<float>::min()) * widest).amax(0);
        result.objects = winner.masked_fill(taken.logical_not(), kBackground);
        result.weights = weights;
        return result;
    }

  private:
    // 1 where the middle of the place is inside the object's box, else 0.
    static at::Tensor inside(const at::Tensor& points, const at::Tensor& objects) {
        const at::Tensor at = points.unsqueeze(0), boxes = objects.unsqueeze(1);
        return (at > boxes.slice(-1, 0, 2)).logical_and(at < boxes.slice(-1, 2, 4)).all(-1).to(objects.scalar_type());
    }

    // The best places of each object; those without any alignment are not.
    [[nodiscard]] at::Tensor among_best(const at::Tensor& alignment) const {
        const auto count = std::min(topk_, alignment.size(1));
        const at::Tensor best = std::get<1>(alignment.topk(count, 1));
        const at::Tensor chosen = at::zeros_like(alignment, alignment.options().dtype(torch::kBool));
        return chosen.scatter(1, best, true).logical_and(alignment.gt(0));
    }

    std::int64_t topk_;
    double alpha_, beta_;
};

}  // namespace

Status add_task_aligned_assigner(AssignerRegistry& registry) { return registry.add<TaskAlignedAssigner>(); }

}  // namespace goetia
