#include <ATen/ops/addcmul.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/custom_class.h>

#include "learn/layers/norm.h"

namespace goetia {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The sums over all images and places, for every channel: [N, C, ...] -> [C].
torch::Tensor per_channel_sum(const torch::Tensor& maps) {
    std::vector<std::int64_t> dims;
    for (std::int64_t d = 0; d < maps.dim(); ++d) {
        if (d != 1) dims.push_back(d);
    }
    return maps.sum(dims);
}

torch::Tensor as_channels(const torch::Tensor& values, const torch::Tensor& maps) {
    std::vector<std::int64_t> shape(static_cast<std::size_t>(maps.dim()), 1);
    shape[1] = values.numel();
    return values.view(shape);
}

struct Statistics {
    torch::Tensor mean, var;  // [C], of the joined batch; var is biased
    double count = 0;         // values per channel in the joined batch
};

// Every rank writes (count, mean, variance) in its own slot of one zeroed vector; the sum of the vectors is the list of
// all. Joining variances by the distance of the means avoids the cancellation of E[x^2] - E[x]^2.
Statistics joined_statistics(const torch::Tensor& maps, Communicator& ranks) {
    const std::int64_t channels = maps.size(1);
    const double here = static_cast<double>(maps.numel()) / static_cast<double>(channels);
    torch::Tensor slots = torch::zeros({ranks.world(), 2 * channels + 1}, maps.options().dtype(torch::kFloat64));
    if (here > 0) {
        const torch::Tensor mean = per_channel_sum(maps) / here;
        const torch::Tensor var = per_channel_sum((maps - as_channels(mean, maps)).square()) / here;
        slots.select(0, ranks.rank()).copy_(torch::cat({mean, var, torch::full({1}, here, mean.options())}));
    }
    ranks.sum(slots);
    const torch::Tensor means = slots.narrow(1, 0, channels), vars = slots.narrow(1, channels, channels);
    const torch::Tensor counts = slots.narrow(1, 2 * channels, 1);
    const double total = counts.sum().item<double>();
    const torch::Tensor mean = (means * counts).sum(0) / total;
    const torch::Tensor var = ((vars + (means - mean).square()) * counts).sum(0) / total;
    return {mean.to(maps.scalar_type()), var.to(maps.scalar_type()), total};
}

struct JoinedNorm : torch::autograd::Function<JoinedNorm> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& maps, const torch::Tensor& weight,
                                 const torch::Tensor& bias, const torch::Tensor& mean, const torch::Tensor& inv_std,
                                 double count, std::shared_ptr<Communicator> ranks) {
        context->save_for_backward({maps, weight, mean, inv_std});
        context->saved_data["count"] = count;
        context->saved_data["ranks"] = c10::IValue::make_capsule(c10::make_intrusive<Ranks>(std::move(ranks)));
        const torch::Tensor scale = inv_std * weight;
        return torch::addcmul(as_channels(bias - mean * scale, maps), maps, as_channels(scale, maps));
    }

    static variable_list backward(AutogradContext* context, variable_list grads) {
        const variable_list saved = context->get_saved_variables();
        const torch::Tensor &maps = saved[0], &weight = saved[1], &mean = saved[2], &inv_std = saved[3];
        const torch::Tensor& grad = grads[0];
        const torch::Tensor normed = (maps - as_channels(mean, maps)) * as_channels(inv_std, maps);
        const torch::Tensor grad_bias = per_channel_sum(grad), grad_weight = per_channel_sum(grad * normed);

        torch::Tensor sums = torch::cat({grad_bias, grad_weight}).to(torch::kFloat64);
        auto ranks = c10::static_intrusive_pointer_cast<Ranks>(context->saved_data["ranks"].toCapsule());
        ranks->held->sum(sums);
        sums = (sums / context->saved_data["count"].toDouble()).to(maps.scalar_type());
        const std::int64_t channels = weight.numel();
        const torch::Tensor shift = as_channels(sums.narrow(0, 0, channels), maps);
        const torch::Tensor slope = as_channels(sums.narrow(0, channels, channels), maps);
        const torch::Tensor grad_maps = (grad - shift - normed * slope) * as_channels(inv_std * weight, maps);
        // Of the scale and the shift each rank gives its own part: the reducer joins them like every other gradient.
        return {grad_maps, grad_weight, grad_bias, {}, {}, {}, {}};
    }

    struct Ranks : torch::CustomClassHolder {
        explicit Ranks(std::shared_ptr<Communicator> ranks) : held(std::move(ranks)) {}
        std::shared_ptr<Communicator> held;
    };
};

}  // namespace

torch::Tensor SyncBatchNorm::forward(const torch::Tensor& maps) {
    if (!is_training() || ranks_->world() == 1) return BatchNorm::forward(maps);
    count_batch();
    Statistics joined;
    {
        torch::NoGradGuard no_grad;
        joined = joined_statistics(maps, *ranks_);
        TORCH_CHECK(joined.count > 1, "SyncBN needs more than one value per channel in training, found ", joined.count);
        const double unbiased = joined.count / (joined.count - 1);
        running_mean_.lerp_(joined.mean, settings_.momentum);
        running_var_.lerp_(joined.var * unbiased, settings_.momentum);
    }
    const torch::Tensor inv_std = (joined.var + settings_.eps).rsqrt();
    return JoinedNorm::apply(maps, weight, bias, joined.mean, inv_std, joined.count, ranks_);
}

}  // namespace goetia
