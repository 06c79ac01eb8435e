#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/tensor.h>

#include "component/args.h"
#include "component/schema.h"
#include "learn/model.h"

namespace goetia {
namespace {

// With PyTorch's arguments; labels of -1 (unknown) count for nothing.
class CrossEntropyLoss final : public Loss {
  public:
    static Schema schema();
    explicit CrossEntropyLoss(const Args& args);
    // `truth`: labels [N], or the share of each class [N, classes].
    torch::Tensor forward(const torch::Tensor& scores, const torch::Tensor& truth,
                          const torch::Tensor& weight) override;

  private:
    double label_smoothing_;
    double loss_weight_;
    std::int64_t reduction_;
    torch::Tensor weight_;  // one factor per class, or undefined; a setting, so no checkpoint holds it
};

Schema CrossEntropyLoss::schema() {
    return Schema("CrossEntropyLoss", "Cross entropy between class scores and labels, or mixed labels")
        .with(number("label_smoothing", "share of the truth spread over all classes").between(0, 1).fallback(0.0))
        .with(number("loss_weight", "factor of this loss in the total").at_least(0).fallback(1.0))
        .with(numbers("weight", "one factor per class").at_least(0).or_null())
        .with(text("reduction", "how the images of a batch are joined").one_of({"mean", "sum"}).fallback("mean"));
}

CrossEntropyLoss::CrossEntropyLoss(const Args& args)
    : label_smoothing_(args.number("label_smoothing")),
      loss_weight_(args.number("loss_weight")),
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
    const std::optional<torch::Tensor> by_class = weight_.defined() ? std::optional(weight_) : std::nullopt;
    const std::int64_t reduction = weight.defined() ? std::int64_t{at::Reduction::None} : reduction_;
    torch::Tensor loss = at::cross_entropy_loss(scores, truth, by_class, reduction, -1, label_smoothing_);
    if (weight.defined()) {
        loss = loss.mul(weight).sum();
        if (reduction_ == at::Reduction::Mean) loss = loss.div(weight.sum());
    }
    return loss_weight_ == 1.0 ? loss : loss * loss_weight_;
}

}  // namespace

Status add_cross_entropy_loss(LossRegistry& registry) { return registry.add<CrossEntropyLoss>(); }

}  // namespace goetia
