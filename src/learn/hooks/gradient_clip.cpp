#include <cmath>

#include <ATen/ops/_foreach_clamp_max.h>
#include <ATen/ops/_foreach_clamp_min.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/stack.h>

#include "learn/hooks/hook.h"
#include "learn/tensor.h"

namespace goetia {
namespace {

class GradientClip final : public Hook {
  public:
    explicit GradientClip(const Args& args) : max_norm_(args.number("max_norm")), norm_type_(args.number("norm_type")) {
        if (!args.is_null("max_value")) max_value_ = args.number("max_value");
    }

    static Schema schema() {
        return Schema("GradientClip", "Scales all gradients down to one norm before the step, or bounds each")
            .with(number("max_norm", "the longest allowed").above(0).fallback(1.0))
            .with(number("norm_type", "which norm; 2 is the Euclidean").above(0).fallback(2.0))
            .with(number("max_value", "bounds each number of a gradient instead of their norm").above(0).or_null());
    }

    [[nodiscard]] std::string_view name() const override { return "gradient_clip"; }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kHigh; }

    Status after_backward(TrainContext& context) override {
        std::vector<torch::Tensor> gradients;
        for (const torch::Tensor& parameter : context.model().parameters()) {
            if (parameter.grad().defined()) gradients.push_back(parameter.grad());
        }
        if (gradients.empty()) return {};
        const torch::NoGradGuard no_gradients;
        const std::vector<torch::Tensor> norms = at::_foreach_norm(gradients, norm_type_);
        const double total = at::stack(norms).norm(norm_type_).item<double>();
        if (!std::isfinite(total)) {
            return failed(
                "the gradients' norm is {} at step {}; nothing of this step was kept, and the last checkpoint is as it "
                "was; lower optimizer.lr",
                total, context.progress().step + 1);
        }
        if (max_value_) {
            at::_foreach_clamp_min_(gradients, -*max_value_);
            at::_foreach_clamp_max_(gradients, *max_value_);
            return {};
        }
        const double scale = max_norm_ / (total + 1e-6);  // PyTorch's own guard against a norm of zero
        if (scale < 1.0) at::_foreach_mul_(gradients, scale);
        return {};
    }

  private:
    double max_norm_, norm_type_;
    std::optional<double> max_value_;
};

}  // namespace

Status add_gradient_clip(HookRegistry& registry) { return registry.add<GradientClip>(); }

}  // namespace goetia
