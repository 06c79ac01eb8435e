#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_lerp.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_sign.h>

#include "learn/optim/slot_optimizer.h"

namespace goetia {
namespace {

// Chen and others, 2023, "Symbolic Discovery of Optimization Algorithms": every weight moves by the same amount.
class Lion final : public SlotOptimizer {
  public:
    Lion(const Args& args, const std::vector<ParamGroup>& groups)
        : SlotOptimizer(groups, args.number("lr"), args.number("weight_decay")),
          beta1_(args.list<double>("betas")[0]),
          beta2_(args.list<double>("betas")[1]) {}

    static Schema schema() {
        return with_group_keys(
            Schema("Lion", "Steps along the sign of a mean of gradients; takes about a tenth of AdamW's rate")
                .with(number("lr", "learning rate").above(0).at_most(10).fallback(1e-4))
                .with(numbers("betas", "how much of the mean enters the step, and how long it remembers")
                          .between(0, 1)
                          .length(2)
                          .fallback({0.9, 0.99}))
                .with(number("weight_decay", "pull of every weight towards zero, apart from the gradient")
                          .between(0, 1)
                          .fallback(0.0)));
    }

  protected:
    [[nodiscard]] std::vector<EntryShape> slots_of(const torch::Tensor& param) const override {
        return like(param, {"exp_avg"});
    }
    [[nodiscard]] bool writes_count(const torch::Tensor&) const override { return false; }

    void update(const Step& step) override {
        if (step.weight_decay != 0) at::_foreach_mul_(step.params, 1 - step.lr * step.weight_decay);
        std::vector<torch::Tensor> direction = at::_foreach_lerp(step.kept[0], step.grads, 1 - beta1_);
        at::_foreach_sign_(direction);
        at::_foreach_add_(step.params, direction, -step.lr);
        at::_foreach_lerp_(step.kept[0], step.grads, 1 - beta2_);
    }

    [[nodiscard]] Dict settings() const override { return {{"betas", Tuple{{beta1_, beta2_}}}}; }

  private:
    double beta1_, beta2_;
};

}  // namespace

Status add_lion(OptimizerRegistry& registry) { return registry.add<Lion>(); }

}  // namespace goetia
