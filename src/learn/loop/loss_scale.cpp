#include "learn/loop/loss_scale.h"

#include <cmath>

#include <ATen/ops/_amp_foreach_non_finite_check_and_unscale.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

namespace goetia {

bool LossScale::unscale(const std::vector<torch::Tensor>& gradients) const {
    if (gradients.empty()) return true;
    const torch::NoGradGuard no_gradients;
    const auto options = torch::TensorOptions().dtype(torch::kFloat32).device(gradients.front().device());
    torch::Tensor bad = at::zeros({}, options);
    const torch::Tensor inverse = at::full({}, 1.0 / static_cast<double>(factor_), options);
    at::_amp_foreach_non_finite_check_and_unscale_(gradients, bad, inverse);
    return bad.item<double>() == 0;
}

void LossScale::update(bool was_finite) {
    if (!was_finite) {
        factor_ *= static_cast<float>(settings_.backoff);
        good_steps_ = 0;
        return;
    }
    if (++good_steps_ < settings_.interval) return;
    const float larger = factor_ * static_cast<float>(settings_.growth);
    if (std::isfinite(larger)) factor_ = larger;
    good_steps_ = 0;
}

Value LossScale::state() const {
    return Dict{{"scale", static_cast<double>(factor_)},
                {"growth_factor", settings_.growth},
                {"backoff_factor", settings_.backoff},
                {"growth_interval", settings_.interval},
                {"_growth_tracker", good_steps_}};
}

Status LossScale::load(const Value& state) {
    const Value* const scale = state.find("scale");
    const Value* const tracker = state.find("_growth_tracker");
    if (scale == nullptr || !scale->is<double>() || tracker == nullptr || !tracker->is<std::int64_t>())
        return invalid("the checkpoint's 'scaler' is not the state of a loss scale");
    factor_ = static_cast<float>(scale->as<double>());
    good_steps_ = tracker->as<std::int64_t>();
    return {};
}

}  // namespace goetia
