#include <algorithm>
#include <cmath>
#include <limits>

#include <ATen/ops/matmul.h>
#include <ATen/ops/norm.h>

#include "learn/optim/slot_optimizer.h"

namespace goetia {
namespace {

// torch.optim.Adafactor: of a matrix's mean squares only the means of its rows and columns are kept. A tensor of more
// dimensions is a stack of matrices, by its last two.
class Adafactor final : public SlotOptimizer {
  public:
    Adafactor(const Args& args, const std::vector<ParamGroup>& groups)
        : SlotOptimizer(groups, args.number("lr"), args.number("weight_decay")),
          beta2_decay_(args.number("beta2_decay")),
          eps1_(args.is_null("eps1") ? std::numeric_limits<float>::epsilon() : args.number("eps1")),
          eps2_(args.number("eps2")),
          d_(args.number("d")),
          maximize_(args.flag("maximize")) {}

    static Schema schema() {
        return with_group_keys(
            Schema("Adafactor", "Adaptive steps that keep little memory, as torch.optim.Adafactor")
                .with(number("lr", "the largest relative step").above(0).at_most(10).fallback(1e-2))
                .with(number("beta2_decay", "how the mean square comes to remember longer; below 0")
                          .at_most(0)
                          .fallback(-0.8))
                .with(
                    number("eps1", "least root of the mean square; the type's own unless given").at_least(0).or_null())
                .with(number("eps2", "least length of a weight that a step is relative to").at_least(0).fallback(1e-3))
                .with(number("d", "the longest update, as a root of its mean square").above(0).fallback(1.0))
                .with(number("weight_decay", "pull of every weight towards zero, apart from the gradient")
                          .between(0, 1)
                          .fallback(0.0))
                .with(boolean("maximize", "climb instead of descend").fallback(false)));
    }

  protected:
    [[nodiscard]] std::vector<EntryShape> slots_of(const torch::Tensor& param) const override {
        if (param.dim() < 2) return like(param, {"variance"});
        std::vector<std::int64_t> rows = param.sizes().vec(), columns = rows;
        rows[rows.size() - 1] = 1, columns[columns.size() - 2] = 1;
        return {{"row_var", rows}, {"col_var", columns}};
    }

    void update(const Step& step) override {
        for (std::size_t n = 0; n < step.params.size(); ++n) {
            const auto count = static_cast<double>(step.count[n]);
            const torch::Tensor param = step.params[n], grad = maximize_ ? -step.grads[n] : step.grads[n];
            const double weights = root_mean_square(param);
            const double rate = std::max(eps2_, weights) * std::min(step.lr, 1 / std::sqrt(count));
            if (step.weight_decay != 0) param.mul_(1 - step.lr * step.weight_decay);
            torch::Tensor change = mean_squares(step, n, grad, std::pow(count, beta2_decay_));
            change = change.clamp_(eps1_ * eps1_).rsqrt_().mul_(grad);
            param.add_(change, -rate / std::max(1.0, root_mean_square(change) / d_));
        }
    }

    [[nodiscard]] Dict settings() const override {
        return {{"beta2_decay", beta2_decay_},
                {"eps", Tuple{{eps1_, eps2_}}},
                {"d", d_},
                {"maximize", maximize_},
                {"foreach", Value()}};
    }

  private:
    static double root_mean_square(const torch::Tensor& tensor) {
        return tensor.norm(2).item<double>() / std::sqrt(static_cast<double>(tensor.numel()));
    }

    // Of this gradient and those before it.
    [[nodiscard]] torch::Tensor mean_squares(const Step& step, std::size_t n, const torch::Tensor& grad,
                                             double share) const {
        if (grad.dim() < 2) return step.kept[0][n].lerp_(grad * grad, share).clone();
        const auto mean_over = [&](std::int64_t dim) {
            return at::norm(grad, 2, {dim}, true).square_().div_(static_cast<double>(grad.size(dim)));
        };
        const torch::Tensor rows = step.kept[0][n].lerp_(mean_over(-1), share);
        const torch::Tensor columns = step.kept[1][n].lerp_(mean_over(-2), share);
        return at::matmul(rows, columns).div_(rows.mean({-2}, true).clamp_(eps1_));
    }

    double beta2_decay_, eps1_, eps2_, d_;
    bool maximize_;
};

}  // namespace

Status add_adafactor(OptimizerRegistry& registry) { return registry.add<Adafactor>(); }

}  // namespace goetia
