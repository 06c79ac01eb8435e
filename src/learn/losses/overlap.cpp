#include "learn/losses/overlap.h"

namespace goetia {

SharedArea overlap_of(const torch::Tensor& scores, const CountedTruth& truth) {
    const torch::Tensor counts = truth.counts.unsqueeze(1);
    const torch::Tensor found = scores.softmax(1) * counts, marked = one_hot_maps(scores, truth);
    const std::vector<std::int64_t> pixels{0, 2, 3};
    const torch::Tensor hit = (found * marked).sum(pixels);
    return {.hit = hit, .false_alarm = found.sum(pixels) - hit, .missed = (marked * counts).sum(pixels) - hit};
}

Schema OverlapLoss::overlap_schema(std::string name, std::string sentence) {
    return with_map_params(Schema(std::move(name), std::move(sentence)))
        .with(boolean("present_only", "only classes that the batch's truth has are counted").fallback(true))
        .with(number("smooth", "added to both sides of the quotient, in pixels").at_least(0).fallback(1.0));
}

OverlapLoss::OverlapLoss(const Args& args)
    : loss_weight_(args.number("loss_weight")),
      ignore_index_(ignore_index(args)),
      present_only_(args.flag("present_only")) {}

torch::Tensor OverlapLoss::forward(const torch::Tensor& scores, const torch::Tensor& truth,
                                   const torch::Tensor& weight) {
    TORCH_CHECK(scores.dim() == 4, "a loss of overlap needs class maps [N, classes, height, width], found ",
                scores.sizes());
    const CountedTruth counted = counted_truth(scores, truth, weight, ignored_class(ignore_index_, truth));
    const SharedArea overlap = overlap_of(scores, counted);
    const torch::Tensor each = index(overlap).neg().add(1);
    if (!present_only_) return each.mean().mul(loss_weight_);
    const torch::Tensor present = (overlap.hit + overlap.missed).detach().gt(0).to(each.scalar_type());
    return mean_counted(each, present).mul(loss_weight_);
}

}  // namespace goetia
