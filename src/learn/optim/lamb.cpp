#include <cmath>

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_div.h>
#include <ATen/ops/_foreach_lerp.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_foreach_sqrt.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/where.h>

#include "learn/optim/slot_optimizer.h"

namespace goetia {
namespace {

// You and others, 2019, "Large Batch Optimization for Deep Learning": Adam's direction, as long as a share of the
// weights it moves.
class Lamb final : public SlotOptimizer {
  public:
    Lamb(const Args& args, const std::vector<ParamGroup>& groups)
        : SlotOptimizer(groups, args.number("lr"), args.number("weight_decay")),
          beta1_(args.list<double>("betas")[0]),
          beta2_(args.list<double>("betas")[1]),
          eps_(args.number("eps")) {}

    static Schema schema() {
        return with_group_keys(
            Schema("LAMB", "Adam whose step is scaled by each tensor's own length, for very large batches")
                .with(number("lr", "learning rate").above(0).at_most(10).fallback(1e-3))
                .with(numbers("betas", "how long the mean and the mean square remember")
                          .between(0, 1)
                          .length(2)
                          .fallback({0.9, 0.999}))
                .with(number("eps", "added to the root of the mean square").at_least(0).fallback(1e-6))
                .with(number("weight_decay", "pull of every weight towards zero").between(0, 1).fallback(0.01)));
    }

  protected:
    [[nodiscard]] std::vector<EntryShape> slots_of(const torch::Tensor& param) const override {
        return like(param, {"exp_avg", "exp_avg_sq"});
    }

    void update(const Step& step) override {
        at::_foreach_lerp_(step.kept[0], step.grads, 1 - beta1_);
        at::_foreach_mul_(step.kept[1], beta2_);
        at::_foreach_addcmul_(step.kept[1], step.grads, step.grads, 1 - beta2_);
        std::vector<torch::Tensor> direction = directions(step);
        if (step.weight_decay != 0) at::_foreach_add_(direction, step.params, step.weight_decay);
        const auto lengths = at::_foreach_norm(step.params, 2), moves = at::_foreach_norm(direction, 2);
        // The shares stay on the device: nothing waits for them.
        for (std::size_t n = 0; n < direction.size(); ++n) {
            const torch::Tensor share =
                at::where((lengths[n] > 0).logical_and(moves[n] > 0), lengths[n] / moves[n], at::ones_like(lengths[n]));
            direction[n].mul_(share);
        }
        at::_foreach_add_(step.params, direction, -step.lr);
    }

    [[nodiscard]] Dict settings() const override { return {{"betas", Tuple{{beta1_, beta2_}}}, {"eps", eps_}}; }

  private:
    [[nodiscard]] std::vector<torch::Tensor> directions(const Step& step) const {
        std::vector<at::Scalar> mean_scales, root_scales;
        for (const std::int64_t count : step.count) {
            mean_scales.emplace_back(1 - std::pow(beta1_, static_cast<double>(count)));
            root_scales.emplace_back(std::sqrt(1 - std::pow(beta2_, static_cast<double>(count))));
        }
        std::vector<torch::Tensor> root = at::_foreach_sqrt(step.kept[1]);
        at::_foreach_div_(root, root_scales);
        at::_foreach_add_(root, eps_);
        std::vector<torch::Tensor> direction = at::_foreach_div(step.kept[0], mean_scales);
        at::_foreach_div_(direction, root);
        return direction;
    }

    double beta1_, beta2_, eps_;
};

}  // namespace

Status add_lamb(OptimizerRegistry& registry) { return registry.add<Lamb>(); }

}  // namespace goetia
