#include "learn/losses/distance.h"

namespace goetia {

Schema DistanceLoss::distance_schema(std::string name, std::string sentence) {
    return Schema(std::move(name), std::move(sentence))
        .with(number("loss_weight", "factor of this loss in the total").at_least(0).fallback(1.0))
        .with(text("reduction", "how the elements of a batch are joined").one_of({"mean", "sum"}).fallback("mean"));
}

DistanceLoss::DistanceLoss(const Args& args)
    : loss_weight_(args.number("loss_weight")), mean_(args.text("reduction") == "mean") {}

torch::Tensor DistanceLoss::forward(const torch::Tensor& found, const torch::Tensor& truth,
                                    const torch::Tensor& weight) {
    TORCH_CHECK(found.sizes() == truth.sizes(), "a loss of distances needs two tensors of one shape, found ",
                found.sizes(), " and ", truth.sizes());
    torch::Tensor each = distance(found, truth);
    if (weight.defined()) {
        std::vector<std::int64_t> by_row(static_cast<std::size_t>(each.dim()), 1);
        by_row[0] = each.size(0);
        const torch::Tensor factors = weight.view(by_row).expand_as(each);
        const torch::Tensor sum = each.mul(factors).sum();
        return (mean_ ? sum.div(factors.sum()) : sum).mul(loss_weight_);
    }
    return (mean_ ? each.mean() : each.sum()).mul(loss_weight_);
}

}  // namespace goetia
