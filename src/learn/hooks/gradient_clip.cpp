#include <cmath>

#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/stack.h>

#include "learn/hooks/builtin_hooks.h"

namespace goetia {
namespace {

class GradientClip final : public Hook {
  public:
    explicit GradientClip(const TrainSettings::Clip& clip) : clip_(clip) {}

    [[nodiscard]] std::string_view name() const override { return "gradient_clip"; }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kHigh; }

    Status after_backward(TrainContext& context) override {
        std::vector<torch::Tensor> gradients;
        for (const torch::Tensor& parameter : context.model().parameters()) {
            if (parameter.grad().defined()) gradients.push_back(parameter.grad());
        }
        if (gradients.empty()) return {};
        const torch::NoGradGuard no_gradients;
        const std::vector<torch::Tensor> norms = at::_foreach_norm(gradients, clip_.norm_type);
        const double total = at::stack(norms).norm(clip_.norm_type).item<double>();
        if (!std::isfinite(total)) {
            return failed(
                "the gradients' norm is {} at step {}; nothing of this step was kept, and the last checkpoint is as it "
                "was; lower optimizer.lr",
                total, context.progress().step + 1);
        }
        const double scale = clip_.max_norm / (total + 1e-6);  // PyTorch's own guard against a norm of zero
        if (scale < 1.0) at::_foreach_mul_(gradients, scale);
        return {};
    }

  private:
    TrainSettings::Clip clip_;
};

}  // namespace

std::shared_ptr<Hook> make_gradient_clip(const TrainSettings::Clip& clip) {
    return std::make_shared<GradientClip>(clip);
}

}  // namespace goetia
