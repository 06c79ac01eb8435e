#include <ATen/ops/tensor.h>

#include "learn/losses/class_maps.h"

namespace goetia {
namespace {

// Lin et al. (2017) with a softmax over the classes, for labels and for class maps.
class SoftmaxFocalLoss final : public Loss {
  public:
    static Schema schema() {
        return with_map_params(
                   Schema("SoftmaxFocalLoss", "Cross entropy that counts less, the surer the true class is found"))
            .with(number("gamma", "how much less; 0: plain cross entropy").at_least(0).fallback(2.0))
            .with(numbers("alpha", "one factor per class").at_least(0).or_null());
    }
    explicit SoftmaxFocalLoss(const Args& args)
        : loss_weight_(args.number("loss_weight")), ignore_index_(ignore_index(args)), gamma_(args.number("gamma")) {
        if (!args.is_null("alpha")) alpha_ = torch::tensor(args.list<double>("alpha"), torch::kFloat32);
    }

    // `scores`: [N, classes, ...]; `truth`: [N, ...].
    torch::Tensor forward(const torch::Tensor& scores, const torch::Tensor& truth,
                          const torch::Tensor& weight) override {
        const CountedTruth counted = counted_truth(scores, truth, weight, ignored_class(ignore_index_, truth));
        const torch::Tensor log_share = scores.log_softmax(1).gather(1, counted.classes.unsqueeze(1)).squeeze(1);
        constexpr double kNothing = 1e-12;  // the power of 0 below 1 has no finite gradient
        torch::Tensor each = log_share.neg() * log_share.expm1().neg().clamp_min(kNothing).pow(gamma_);
        if (alpha_.defined()) {
            TORCH_CHECK(alpha_.numel() == scores.size(1), "the loss 'SoftmaxFocalLoss' has ", alpha_.numel(),
                        " factors alpha for ", scores.size(1), " classes; give one per class");
            if (alpha_.device() != scores.device()) alpha_ = alpha_.to(scores.device());
            each = each * alpha_.index_select(0, counted.classes.flatten()).view_as(each);
        }
        return mean_counted(each, counted.counts).mul(loss_weight_);
    }

  private:
    double loss_weight_;
    std::optional<std::int64_t> ignore_index_;
    double gamma_;
    torch::Tensor alpha_;  // one factor per class, or undefined; a setting, so no checkpoint holds it
};

}  // namespace

Status add_softmax_focal_loss(LossRegistry& registry) { return registry.add<SoftmaxFocalLoss>(); }

}  // namespace goetia
