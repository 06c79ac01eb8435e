#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcdiv.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_lerp.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_neg.h>
#include <ATen/ops/_foreach_sqrt.h>

#include "learn/optim/slot_optimizer.h"

namespace goetia {
namespace {

// torch.optim.RMSprop: weight decay is added to the gradient.
class RmsProp final : public SlotOptimizer {
  public:
    RmsProp(const Args& args, const std::vector<ParamGroup>& groups)
        : SlotOptimizer(groups, args.number("lr"), args.number("weight_decay")),
          alpha_(args.number("alpha")),
          eps_(args.number("eps")),
          momentum_(args.number("momentum")),
          centered_(args.flag("centered")),
          maximize_(args.flag("maximize")) {}

    static Schema schema() {
        return with_group_keys(
            Schema("RMSprop", "Divides by the root of the mean square of the gradients, as torch.optim.RMSprop")
                .with(number("lr", "learning rate").above(0).at_most(10).fallback(1e-2))
                .with(number("alpha", "how long the mean square remembers").between(0, 1).fallback(0.99))
                .with(number("eps", "added to the root of the mean square").at_least(0).fallback(1e-8))
                .with(number("weight_decay", "pull of every weight towards zero").between(0, 1).fallback(0.0))
                .with(number("momentum", "share of the last direction that is kept").at_least(0).fallback(0.0))
                .with(boolean("centered", "divide by the root of the variance instead").fallback(false))
                .with(boolean("maximize", "climb instead of descend").fallback(false)));
    }

  protected:
    [[nodiscard]] std::vector<EntryShape> slots_of(const torch::Tensor& param) const override {
        std::vector<std::string> names{"square_avg"};
        if (momentum_ > 0) names.emplace_back("momentum_buffer");
        if (centered_) names.emplace_back("grad_avg");
        return like(param, names);
    }

    void update(const Step& step) override {
        std::vector<torch::Tensor> grads = maximize_ ? at::_foreach_neg(step.grads) : step.grads;
        if (step.weight_decay != 0) grads = at::_foreach_add(grads, step.params, step.weight_decay);
        at::_foreach_mul_(step.kept[0], alpha_);
        at::_foreach_addcmul_(step.kept[0], grads, grads, 1 - alpha_);
        const std::vector<torch::Tensor> root = roots(step, grads);
        if (momentum_ == 0) return at::_foreach_addcdiv_(step.params, grads, root, -step.lr);
        at::_foreach_mul_(step.kept[1], momentum_);
        at::_foreach_addcdiv_(step.kept[1], grads, root);
        at::_foreach_add_(step.params, step.kept[1], -step.lr);
    }

    [[nodiscard]] Dict settings() const override {
        return {{"alpha", alpha_},       {"eps", eps_},         {"momentum", momentum_}, {"centered", centered_},
                {"maximize", maximize_}, {"capturable", false}, {"foreach", Value()},    {"differentiable", false}};
    }

  private:
    [[nodiscard]] std::vector<torch::Tensor> roots(const Step& step, const std::vector<torch::Tensor>& grads) const {
        std::vector<torch::Tensor> root;
        if (centered_) {
            const std::vector<torch::Tensor>& mean = step.kept.back();
            at::_foreach_lerp_(mean, grads, 1 - alpha_);
            root = at::_foreach_addcmul(step.kept[0], mean, mean, -1);
            at::_foreach_sqrt_(root);
        } else {
            root = at::_foreach_sqrt(step.kept[0]);
        }
        at::_foreach_add_(root, eps_);
        return root;
    }

    double alpha_, eps_, momentum_;
    bool centered_, maximize_;
};

}  // namespace

Status add_rmsprop(OptimizerRegistry& registry) { return registry.add<RmsProp>(); }

}  // namespace goetia
