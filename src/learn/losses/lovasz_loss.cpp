#include <ATen/ops/cat.h>

#include "learn/losses/class_maps.h"

namespace goetia {
namespace {

// How much the Jaccard loss grows with each error, when the pixels come with the largest error first (Berman et al.,
// 2018, algorithm 1); `marked` [pixels] are 1 where the class is true, in that order.
torch::Tensor growth_of_jaccard(const torch::Tensor& marked) {
    const torch::Tensor total = marked.sum();
    const torch::Tensor overlap = total - marked.cumsum(0), area = total + (1 - marked).cumsum(0);
    const torch::Tensor loss = 1 - overlap / area.clamp_min(1);
    return at::cat({loss.slice(0, 0, 1), loss.slice(0, 1) - loss.slice(0, 0, -1)});
}

// The Lovasz extension of the mean Jaccard index over the classes that the batch's truth has.
class LovaszLoss final : public Loss {
  public:
    static Schema schema() {
        return with_map_params(Schema("LovaszLoss", "A convex surrogate of 1 less the mean IoU: Lovasz-softmax"));
    }
    explicit LovaszLoss(const Args& args)
        : loss_weight_(args.number("loss_weight")), ignore_index_(ignore_index(args)) {}

    // `scores`: [N, classes, height, width]; `truth`: [N, height, width]; `weight`: a factor of the errors of a row.
    torch::Tensor forward(const torch::Tensor& scores, const torch::Tensor& truth,
                          const torch::Tensor& weight) override {
        TORCH_CHECK(scores.dim() == 4, "LovaszLoss needs class maps [N, classes, height, width], found ",
                    scores.sizes());
        const CountedTruth counted = counted_truth(scores, truth, weight, ignored_class(ignore_index_, truth));
        const torch::Tensor shares = scores.softmax(1), counts = counted.counts.flatten();
        const torch::Tensor known = counts.gt(0), classes = counted.classes.flatten();
        torch::Tensor sum = counts.new_zeros({}), present = counts.new_zeros({});
        for (std::int64_t c = 0; c < scores.size(1); ++c) {
            const torch::Tensor marked = classes.eq(c).logical_and(known).to(shares.scalar_type());
            // What is ignored has no error, so it comes last and adds nothing.
            const torch::Tensor errors = (marked - shares.select(1, c).flatten()).abs() * counts;
            const auto [sorted, order] = errors.sort(/*stable=*/true, /*dim=*/0, /*descending=*/true);
            const torch::Tensor is_there = marked.any().to(shares.scalar_type());
            sum = sum + sorted.dot(growth_of_jaccard(marked.index_select(0, order))) * is_there;
            present = present + is_there;
        }
        return sum.div(present.clamp_min(1)).mul(loss_weight_);
    }

  private:
    double loss_weight_;
    std::optional<std::int64_t> ignore_index_;
};

}  // namespace

Status add_lovasz_loss(LossRegistry& registry) { return registry.add<LovaszLoss>(); }

}  // namespace goetia
