#include "learn/losses/class_maps.h"

#include <ATen/ops/zeros_like.h>

namespace goetia {
namespace {

void check_shapes(const torch::Tensor& scores, const torch::Tensor& truth) {
    bool fit = scores.dim() == truth.dim() + 1 && scores.dim() >= 2 && scores.size(0) == truth.size(0);
    for (std::int64_t d = 1; fit && d < truth.dim(); ++d) fit = scores.size(d + 1) == truth.size(d);
    TORCH_CHECK(fit, "a loss of classes needs scores [N, classes, ...] and truth [N, ...], found ", scores.sizes(),
                " and ", truth.sizes());
}

}  // namespace

Schema with_map_params(Schema schema) {
    return std::move(schema)
        .with(number("loss_weight", "factor of this loss in the total").at_least(0).fallback(1.0))
        .with(
            integer("ignore_index", "the class number that counts for nothing; unless given -1 of labels, 255 of masks")
                .or_null());
}

std::optional<std::int64_t> ignore_index(const Args& args) {
    return args.is_null("ignore_index") ? std::nullopt : std::optional(args.integer("ignore_index"));
}

std::int64_t ignored_class(std::optional<std::int64_t> given, const torch::Tensor& truth) {
    return given.value_or(truth.dim() > 1 ? kIgnoredPixel : kUnknownLabel);
}

CountedTruth counted_truth(const torch::Tensor& scores, const torch::Tensor& truth, const torch::Tensor& row_weight,
                           std::int64_t ignored) {
    check_shapes(scores, truth);
    const torch::Tensor known = truth.ne(ignored);
    CountedTruth counted{.classes = truth.masked_fill(known.logical_not(), 0), .counts = known.to(torch::kFloat32)};
    if (truth.is_cpu() && truth.numel() > 0) {
        const auto least = counted.classes.min().item<std::int64_t>(),
                   most = counted.classes.max().item<std::int64_t>();
        TORCH_CHECK(least >= 0 && most < scores.size(1), "the truth has class ", least < 0 ? least : most,
                    ", but the model tells ", scores.size(1), " classes apart, counted from 0; ", ignored,
                    " is ignored; correct the masks or num_classes");
    }
    if (row_weight.defined()) {
        std::vector<std::int64_t> by_row(static_cast<std::size_t>(truth.dim()), 1);
        by_row[0] = truth.size(0);
        counted.counts = counted.counts * row_weight.view(by_row);
    }
    return counted;
}

torch::Tensor one_hot_maps(const torch::Tensor& scores, const CountedTruth& truth) {
    return at::zeros_like(scores).scatter_(1, truth.classes.unsqueeze(1), 1);
}

torch::Tensor mean_counted(const torch::Tensor& each, const torch::Tensor& counts) {
    constexpr double kNothing = 1e-12;
    return each.mul(counts).sum().div(counts.sum().clamp_min(kNothing));
}

}  // namespace goetia
