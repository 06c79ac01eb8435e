#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/tensor.h>

#include "learn/losses/class_maps.h"

namespace goetia {
namespace {

// With PyTorch's arguments; labels of -1 (unknown) and pixels of 255 count for nothing unless `ignore_index` says
// otherwise. Where no pixel of a batch counts, the loss is 0.
class CrossEntropyLoss final : public Loss {
  public:
    static Schema schema();
    explicit CrossEntropyLoss(const Args& args);
    // `truth`: labels [N], the share of each class [N, classes], or class maps [N, height, width].
    torch::Tensor forward(const torch::Tensor& scores, const torch::Tensor& truth,
                          const torch::Tensor& weight) override;

  private:
    using ClassWeights = std::optional<torch::Tensor>;
    torch::Tensor of_rows(const torch::Tensor& scores, const torch::Tensor& truth, const torch::Tensor& weight,
                          const ClassWeights& by_class) const;
    torch::Tensor of_maps(const torch::Tensor& scores, const torch::Tensor& truth, const torch::Tensor& weight,
                          const ClassWeights& by_class) const;

    double label_smoothing_;
    double loss_weight_;
    std::optional<std::int64_t> ignore_index_;
    std::int64_t reduction_;
    torch::Tensor weight_;  // one factor per class, or undefined; a setting, so no checkpoint holds it
};

Schema CrossEntropyLoss::schema() {
    return with_map_params(
               Schema("CrossEntropyLoss", "Cross entropy between class scores and labels, mixed labels or class maps"))
        .with(number("label_smoothing", "share of the truth spread over all classes").between(0, 1).fallback(0.0))
        .with(numbers("weight", "one factor per class").at_least(0).or_null())
        .with(text("reduction", "how the images, or pixels, of a batch are joined")
                  .one_of({"mean", "sum"})
                  .fallback("mean"));
}

CrossEntropyLoss::CrossEntropyLoss(const Args& args)
    : label_smoothing_(args.number("label_smoothing")),
      loss_weight_(args.number("loss_weight")),
      ignore_index_(ignore_index(args)),
      reduction_(args.text("reduction") == "mean" ? at::Reduction::Mean : at::Reduction::Sum) {
    if (!args.is_null("weight")) weight_ = torch::tensor(args.list<double>("weight"), torch::kFloat32);
}

torch::Tensor CrossEntropyLoss::forward(const torch::Tensor& scores, const torch::Tensor& truth,
                                        const torch::Tensor& weight) {
    if (weight_.defined()) {
        TORCH_CHECK(weight_.numel() == scores.size(1), "the loss 'CrossEntropyLoss' has ", weight_.numel(),
                    " class weights for ", scores.size(1), " classes; give one per class");
        if (weight_.device() != scores.device()) weight_ = weight_.to(scores.device());
    }
    const ClassWeights by_class = weight_.defined() ? ClassWeights(weight_) : std::nullopt;
    const bool maps = truth.dim() > 1 && !truth.is_floating_point();
    const torch::Tensor loss =
        maps ? of_maps(scores, truth, weight, by_class) : of_rows(scores, truth, weight, by_class);
    return loss_weight_ == 1.0 ? loss : loss * loss_weight_;
}

torch::Tensor CrossEntropyLoss::of_rows(const torch::Tensor& scores, const torch::Tensor& truth,
                                        const torch::Tensor& weight, const ClassWeights& by_class) const {
    const std::int64_t reduction = weight.defined() ? std::int64_t{at::Reduction::None} : reduction_;
    const torch::Tensor loss = at::cross_entropy_loss(scores, truth, by_class, reduction,
                                                      ignore_index_.value_or(kUnknownLabel), label_smoothing_);
    if (!weight.defined()) return loss;
    const torch::Tensor sum = loss.mul(weight).sum();
    return reduction_ == at::Reduction::Mean ? sum.div(weight.sum()) : sum;
}

torch::Tensor CrossEntropyLoss::of_maps(const torch::Tensor& scores, const torch::Tensor& truth,
                                        const torch::Tensor& weight, const ClassWeights& by_class) const {
    const std::int64_t ignored = ignored_class(ignore_index_, truth);
    const CountedTruth counted = counted_truth(scores, truth, {}, ignored);
    torch::Tensor each =
        at::cross_entropy_loss(scores, truth, by_class, at::Reduction::None, ignored, label_smoothing_);
    torch::Tensor counts = counted.counts;
    if (by_class) counts = counts * by_class->index_select(0, counted.classes.flatten()).view_as(counts);
    if (weight.defined()) {
        const torch::Tensor factors = weight.view({-1, 1, 1});
        each = each * factors, counts = counts * factors;
    }
    constexpr double kNothing = 1e-12;
    return reduction_ == at::Reduction::Mean ? each.sum().div(counts.sum().clamp_min(kNothing)) : each.sum();
}

}  // namespace

Status add_cross_entropy_loss(LossRegistry& registry) { return registry.add<CrossEntropyLoss>(); }

}  // namespace goetia
