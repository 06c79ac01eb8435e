#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/stack.h>

#include "learn/hooks/hook.h"
#include "learn/tensor.h"

namespace goetia {
namespace {

// Before anything shortens the gradients.
class GradientNorm final : public Hook {
  public:
    explicit GradientNorm(const Args& args) : interval_(args.integer("interval")) {}

    static Schema schema() {
        return Schema("GradientNorm", "Records the Euclidean norm of all gradients as train/gradient_norm")
            .with(integer("interval", "steps from one value to the next").at_least(1).fallback(10));
    }

    [[nodiscard]] std::string_view name() const override { return "gradient_norm"; }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kFirst; }

    Status after_backward(TrainContext& context) override {
        norm_.reset();
        if ((context.progress().step + 1) % interval_ != 0) return {};
        std::vector<torch::Tensor> gradients;
        for (const torch::Tensor& parameter : context.model().parameters()) {
            if (parameter.grad().defined()) gradients.push_back(parameter.grad());
        }
        const torch::NoGradGuard no_gradients;
        if (!gradients.empty()) norm_ = at::stack(at::_foreach_norm(gradients, 2)).norm(2);
        return {};
    }

    Status after_step(TrainContext& context) override {
        if (norm_.defined()) context.log("train/gradient_norm", norm_.item<double>());
        norm_.reset();
        return {};
    }

  private:
    std::int64_t interval_;
    torch::Tensor norm_;
};

}  // namespace

Status add_gradient_norm(HookRegistry& registry) { return registry.add<GradientNorm>(); }

}  // namespace goetia
