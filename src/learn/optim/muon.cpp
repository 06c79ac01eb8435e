#include <algorithm>
#include <cmath>

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_lerp.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_sqrt.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/lerp.h>
#include <ATen/ops/mm.h>

#include "learn/optim/slot_optimizer.h"

namespace goetia {
namespace {

constexpr double kA = 3.4445, kB = -4.7750, kC = 2.0315;  // of the quintic that drives singular values towards 1
constexpr double kLeastNorm = 1e-7;

// The matrix with nearly the same singular vectors and singular values near 1, by Newton-Schulz steps in bfloat16.
torch::Tensor orthogonal(const torch::Tensor& matrix, std::int64_t steps) {
    const bool is_tall = matrix.size(0) > matrix.size(1);
    torch::Tensor x = matrix.to(torch::kBFloat16);
    if (is_tall) x = x.t();
    x = x.div(x.norm().clamp_min(kLeastNorm));
    for (std::int64_t i = 0; i < steps; ++i) {
        const torch::Tensor gram = at::mm(x, x.t());
        x = at::addmm(x, at::addmm(gram, gram, gram, kB, kC), x, kA);
    }
    return is_tall ? x.t() : x;
}

// Jordan, 2024: momentum whose direction is made orthogonal. Kernels are matrices of one row per output channel; what
// has fewer than two dimensions takes AdamW's step.
class Muon final : public SlotOptimizer {
  public:
    Muon(const Args& args, const std::vector<ParamGroup>& groups)
        : SlotOptimizer(groups, args.number("lr"), args.number("weight_decay")),
          momentum_(args.number("momentum")),
          nesterov_(args.flag("nesterov")),
          steps_(args.integer("ns_steps")),
          adjust_(args.text("adjust_lr")),
          beta1_(args.list<double>("betas")[0]),
          beta2_(args.list<double>("betas")[1]),
          eps_(args.number("eps")) {}

    static Schema schema() {
        return with_group_keys(
            Schema("Muon", "Momentum made orthogonal for matrices and kernels, as torch.optim.Muon; AdamW for the rest")
                .with(number("lr", "learning rate").above(0).at_most(10).fallback(1e-3))
                .with(number("weight_decay", "pull of every weight towards zero, apart from the gradient")
                          .between(0, 1)
                          .fallback(0.1))
                .with(number("momentum", "how long the mean of gradients remembers").between(0, 1).fallback(0.95))
                .with(boolean("nesterov", "look ahead along the direction").fallback(true))
                .with(integer("ns_steps", "Newton-Schulz steps").at_least(1).at_most(99).fallback(5))
                .with(text("adjust_lr", "how the rate follows a matrix's sides; match_rms_adamw fits AdamW's rates")
                          .one_of({"original", "match_rms_adamw"})
                          .fallback("match_rms_adamw"))
                .with(numbers("betas", "AdamW's, for what is no matrix").between(0, 1).length(2).fallback({0.9, 0.999}))
                .with(number("eps", "AdamW's, likewise").at_least(0).fallback(1e-8)));
    }

  protected:
    [[nodiscard]] std::vector<EntryShape> slots_of(const torch::Tensor& param) const override {
        if (param.dim() >= 2) return like(param, {"momentum_buffer"});
        return like(param, {"exp_avg", "exp_avg_sq"});
    }
    [[nodiscard]] bool writes_count(const torch::Tensor& param) const override { return param.dim() < 2; }

    void update(const Step& step) override {
        if (step.weight_decay != 0) at::_foreach_mul_(step.params, 1 - step.lr * step.weight_decay);
        if (step.kept.size() == 1) matrices(step);
        else others(step);
    }

    [[nodiscard]] Dict settings() const override {
        return {{"momentum", momentum_},
                {"nesterov", nesterov_},
                {"ns_coefficients", Tuple{{kA, kB, kC}}},
                {"eps", kLeastNorm},
                {"ns_steps", steps_},
                {"adjust_lr_fn", adjust_},
                {"betas", Tuple{{beta1_, beta2_}}}};
    }

  private:
    [[nodiscard]] double rate_of(double lr, const torch::Tensor& matrix) const {
        const auto rows = static_cast<double>(matrix.size(0)), columns = static_cast<double>(matrix.size(1));
        return lr * (adjust_ == "original" ? std::sqrt(std::max(1.0, rows / columns))
                                           : 0.2 * std::sqrt(std::max(rows, columns)));
    }

    void matrices(const Step& step) const {
        at::_foreach_lerp_(step.kept[0], step.grads, 1 - momentum_);
        for (std::size_t n = 0; n < step.params.size(); ++n) {
            const torch::Tensor& mean = step.kept[0][n];
            const torch::Tensor direction = (nesterov_ ? at::lerp(step.grads[n], mean, momentum_) : mean).flatten(1);
            step.params[n].add_(orthogonal(direction, steps_).reshape(step.params[n].sizes()),
                                -rate_of(step.lr, direction));
        }
    }

    void others(const Step& step) const {
        at::_foreach_lerp_(step.kept[0], step.grads, 1 - beta1_);
        at::_foreach_mul_(step.kept[1], beta2_);
        at::_foreach_addcmul_(step.kept[1], step.grads, step.grads, 1 - beta2_);
        for (std::size_t n = 0; n < step.params.size(); ++n) {
            const auto count = static_cast<double>(step.count[n]);
            const torch::Tensor root = step.kept[1][n].sqrt().div_(std::sqrt(1 - std::pow(beta2_, count))).add_(eps_);
            step.params[n].addcdiv_(step.kept[0][n], root, -step.lr / (1 - std::pow(beta1_, count)));
        }
    }

    double momentum_;
    bool nesterov_;
    std::int64_t steps_;
    std::string adjust_;
    double beta1_, beta2_, eps_;
};

}  // namespace

Status add_muon(OptimizerRegistry& registry) { return registry.add<Muon>(); }

}  // namespace goetia
