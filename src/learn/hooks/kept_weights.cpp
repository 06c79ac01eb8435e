#include "learn/hooks/kept_weights.h"

#include <ATen/ops/_foreach_lerp.h>

#include "learn/tensors.h"

namespace goetia {
namespace {

Value copy_of(Value state) {
    for (auto& [name, value] : state.as<Dict>()) value = to_weights(to_torch(value.as<Tensor>()));
    return state;
}

}  // namespace

void KeptWeights::attach(Model& model) {
    model_ = &model;
    averaged_ = {}, copied_ = {};
    const torch::NoGradGuard no_gradients;
    const auto keep = [&](const torch::Tensor& tensor) {
        Shadow& shadow = tensor.is_floating_point() ? averaged_ : copied_;
        shadow.live.push_back(tensor.detach());
        shadow.kept.push_back(tensor.detach().clone());
    };
    for (const torch::Tensor& parameter : model_->parameters()) keep(parameter);
    for (const torch::Tensor& buffer : model_->buffers()) keep(buffer);
}

void KeptWeights::follow(double share) {
    const torch::NoGradGuard no_gradients;
    at::_foreach_lerp_(averaged_.kept, averaged_.live, share);
    for (std::size_t i = 0; i < copied_.live.size(); ++i) copied_.kept[i].copy_(copied_.live[i]);
}

void KeptWeights::swap() const {
    const torch::NoGradGuard no_gradients;
    for (const Shadow* shadow : {&averaged_, &copied_}) {
        for (std::size_t i = 0; i < shadow->live.size(); ++i) {
            const torch::Tensor held = shadow->live[i].clone();
            shadow->live[i].copy_(shadow->kept[i]);
            shadow->kept[i].copy_(held);
        }
    }
}

Value KeptWeights::state() const {
    swap();
    Value state = copy_of(state_dict(*model_));  // views would follow the swap back
    swap();
    return state;
}

Status KeptWeights::load(const Value& state) {
    swap();
    Status loaded = load_state(*model_, state, /*strict=*/true);
    swap();
    return loaded;
}

}  // namespace goetia
