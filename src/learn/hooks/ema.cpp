#include <ATen/ops/_foreach_lerp.h>

#include "learn/hooks/builtin_hooks.h"
#include "learn/tensors.h"

namespace goetia {
namespace {

// Numbers that are averaged (floating point) and numbers that are only copied (counters).
struct Shadow {
    std::vector<torch::Tensor> live, kept;
};

Value copy_of(Value state) {
    for (auto& [name, value] : state.as<Dict>()) value = to_weights(to_torch(value.as<Tensor>()));
    return state;
}

class Ema final : public EmaHook {
  public:
    Ema(std::shared_ptr<Model> model, double decay) : model_(std::move(model)), decay_(decay) {
        const torch::NoGradGuard no_gradients;
        const auto follow = [&](const torch::Tensor& tensor) {
            Shadow& shadow = tensor.is_floating_point() ? averaged_ : copied_;
            shadow.live.push_back(tensor.detach());
            shadow.kept.push_back(tensor.detach().clone());
        };
        for (const torch::Tensor& parameter : model_->parameters()) follow(parameter);
        for (const torch::Tensor& buffer : model_->buffers()) follow(buffer);
    }

    [[nodiscard]] std::string_view name() const override { return "ema"; }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kFirst; }

    Status after_step(TrainContext&) override {
        const torch::NoGradGuard no_gradients;
        at::_foreach_lerp_(averaged_.kept, averaged_.live, 1.0 - decay_);
        for (std::size_t i = 0; i < copied_.live.size(); ++i) copied_.kept[i].copy_(copied_.live[i]);
        return {};
    }

    Status before_evaluation(TrainContext&) override { return swap(), Status(); }
    Status after_evaluation(TrainContext&) override { return swap(), Status(); }

    [[nodiscard]] Value averaged_state() const override {
        swap();
        Value state = copy_of(state_dict(*model_));  // views would follow the swap back
        swap();
        return state;
    }

    Status load_averaged(const Value& state) override {
        swap();
        Status loaded = load_state(*model_, state, /*strict=*/true);
        swap();
        return loaded;
    }

  private:
    // Exchanges the numbers themselves, so every holder of a parameter sees the average.
    void swap() const {
        const torch::NoGradGuard no_gradients;
        for (const Shadow* shadow : {&averaged_, &copied_}) {
            for (std::size_t i = 0; i < shadow->live.size(); ++i) {
                const torch::Tensor held = shadow->live[i].clone();
                shadow->live[i].copy_(shadow->kept[i]);
                shadow->kept[i].copy_(held);
            }
        }
    }

    std::shared_ptr<Model> model_;
    double decay_;
    Shadow averaged_, copied_;
};

}  // namespace

std::shared_ptr<EmaHook> make_ema(std::shared_ptr<Model> model, double decay) {
    return std::make_shared<Ema>(std::move(model), decay);
}

}  // namespace goetia
