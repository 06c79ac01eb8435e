#include <algorithm>
#include <cmath>

#include <ATen/ops/cross_entropy_loss.h>

#include "learn/losses/class_maps.h"

namespace goetia {
namespace {

// Shrivastava et al. (2016): only hard pixels are learned from. Those are hard whose own class has a share below
// `threshold`, and in any case the `min_kept` with the lowest shares.
class OhemCrossEntropyLoss final : public Loss {
  public:
    static Schema schema() {
        return with_map_params(Schema("OhemCrossEntropyLoss", "Cross entropy of the pixels that are hard to tell"))
            .with(number("threshold", "pixels count whose own class has a smaller share than this")
                      .above(0)
                      .at_most(1)
                      .fallback(0.7))
            .with(integer("min_kept", "pixels of a batch that count in any case").at_least(1).fallback(100000));
    }
    explicit OhemCrossEntropyLoss(const Args& args)
        : loss_weight_(args.number("loss_weight")),
          ignore_index_(ignore_index(args)),
          hard_(-std::log(args.number("threshold"))),
          min_kept_(args.integer("min_kept")) {}

    // `scores`: [N, classes, height, width]; `truth`: [N, height, width]; `weight`: how much the pixels of a row count.
    torch::Tensor forward(const torch::Tensor& scores, const torch::Tensor& truth,
                          const torch::Tensor& weight) override {
        const std::int64_t ignored = ignored_class(ignore_index_, truth);
        const CountedTruth counted = counted_truth(scores, truth, weight, ignored);
        const torch::Tensor each = at::cross_entropy_loss(scores, truth, {}, at::Reduction::None, ignored);
        // What is ignored is the easiest of all.
        const torch::Tensor ranked = each.detach().masked_fill(counted.counts.eq(0), -1).flatten();
        const std::int64_t kept = std::min(min_kept_, ranked.numel());
        const torch::Tensor easiest_kept = std::get<0>(ranked.kthvalue(ranked.numel() - kept + 1));
        const torch::Tensor is_hard = ranked.gt(hard_).logical_or(ranked.ge(easiest_kept)).view_as(each);
        return mean_counted(each, counted.counts * is_hard).mul(loss_weight_);
    }

  private:
    double loss_weight_;
    std::optional<std::int64_t> ignore_index_;
    double hard_;  // the loss of a pixel whose own class has a share of `threshold`
    std::int64_t min_kept_;
};

}  // namespace

Status add_ohem_cross_entropy_loss(LossRegistry& registry) { return registry.add<OhemCrossEntropyLoss>(); }

}  // namespace goetia
