#include <cmath>

#include <ATen/ops/_foreach_lerp.h>

#include "learn/hooks/hook.h"
#include "learn/tensors.h"

namespace goetia {
namespace {

// The model's tensors and what is kept of them.
struct Shadow {
    std::vector<torch::Tensor> live, kept;
};

Value copy_of(Value state) {
    for (auto& [name, value] : state.as<Dict>()) value = to_weights(to_torch(value.as<Tensor>()));
    return state;
}

// Averages the weights over steps; evaluation sees the average, training goes on with its own.
class Ema final : public Hook {
  public:
    explicit Ema(const Args& args) : decay_(args.number("decay")), ramp_(args.number("ramp")) {}

    static Schema schema() {
        return Schema("Ema", "Validates and keeps a running average of the weights")
            .with(number("decay", "share of the old average kept at each step").above(0).at_most(1).fallback(0.9999))
            .with(
                number("ramp", "steps over which that share rises from 0: decay * (1 - exp(-step / ramp)); 0: at once")
                    .at_least(0)
                    .fallback(0.0));
    }

    void attach(Model& model) override {
        model_ = &model;
        averaged_ = {}, copied_ = {};
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

    Status after_step(TrainContext& context) override {
        const torch::NoGradGuard no_gradients;
        at::_foreach_lerp_(averaged_.kept, averaged_.live, 1.0 - decay_at(context.progress().step));
        for (std::size_t i = 0; i < copied_.live.size(); ++i) copied_.kept[i].copy_(copied_.live[i]);
        return {};
    }

    Status before_evaluation(TrainContext&) override { return swap(), Status(); }
    Status after_evaluation(TrainContext&) override { return swap(), Status(); }

    // The average in the model's own names: what a checkpoint's "ema" holds.
    [[nodiscard]] Value state() const override {
        swap();
        Value state = copy_of(state_dict(*model_));  // views would follow the swap back
        swap();
        return state;
    }

    [[nodiscard]] bool keeps_weights() const override { return true; }

    Status load(const Value& state) override {
        if (state.is_none())
            return invalid(
                "the checkpoint holds no average of the weights; it was made with training.ema off, and cannot be "
                "resumed with it on");
        swap();
        Status loaded = load_state(*model_, state, /*strict=*/true);
        swap();
        return loaded;
    }

  private:
    // Without a ramp a short run's average remembers the untrained network, whose statistics fit no other weights.
    [[nodiscard]] double decay_at(std::int64_t step) const {
        return ramp_ > 0 ? decay_ * (1 - std::exp(-static_cast<double>(step) / ramp_)) : decay_;
    }

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

    Model* model_ = nullptr;
    double decay_, ramp_;
    Shadow averaged_;  // floating point
    Shadow copied_;    // counters
};

}  // namespace

Status add_ema(HookRegistry& registry) { return registry.add<Ema>(); }

}  // namespace goetia
