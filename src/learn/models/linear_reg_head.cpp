#include <ATen/ops/tensor.h>

#include "base/json.h"
#include "component/registry.h"
#include "learn/models/linear_head.h"
#include "learn/tasks/regression.h"

namespace goetia {
namespace {

class LinearRegHead final : public LinearHead<RegressionHead> {
  public:
    static Schema schema() {
        Schema own =
            Schema("LinearRegHead", "Mean over all places, then one linear layer from features to values")
                .with(integer("num_targets", "values to predict").at_least(1).fallback(1))
                .with(numbers("mean", "of each target over the training samples, so that the layer need not learn it")
                          .or_scalar()
                          .fallback({0.0}))
                .with(numbers("std", "standard deviation of each target; the loss compares in its units")
                          .above(0)
                          .or_scalar()
                          .fallback({1.0}))
                .for_tasks({task_name(Task::kRegression)});
        return with_linear_head_params(std::move(own), {{"type", "SmoothL1Loss"}});
    }

    static Result<std::unique_ptr<LinearRegHead>> make(const Args& args, const BuildContext& context) {
        const auto targets = static_cast<std::size_t>(args.integer("num_targets"));
        for (const char* name : {"mean", "std"}) {
            const std::size_t given = args.list<double>(name).size();
            if (given != 1 && given != targets)
                return invalid("'{}' has {} values for {} targets; give one, or one for each", name, given, targets);
        }
        GOETIA_ASSIGN(auto loss, make_head_loss(args, context));
        return std::make_unique<LinearRegHead>(args, std::move(loss));
    }

    LinearRegHead(const Args& args, std::shared_ptr<Loss> loss)
        : LinearHead(args, args.integer("num_targets"), std::move(loss)),
          mean_(torch::tensor(args.list<double>("mean"), torch::kFloat32)),
          std_(torch::tensor(args.list<double>("std"), torch::kFloat32)) {}

    // What the layer gives, in units of `std` from `mean`; predict() gives values.
    Losses losses(const Outputs& outputs, const Targets& targets) override {
        const torch::Tensor truth =
            (targets.values - mean_.to(targets.values.device())) / std_.to(targets.values.device());
        const torch::Tensor found = loss().forward(outputs.at(0), truth);
        return {found, {{"loss_reg", found.detach()}}};
    }

    [[nodiscard]] Predictions predict(const Outputs& outputs, const std::vector<Frame>&) const override {
        const torch::Tensor& units = outputs.at(0);
        return target_values({units.detach() * std_.to(units.device()) + mean_.to(units.device())});
    }

  private:
    torch::Tensor mean_, std_;  // settings, so no checkpoint holds them
};

}  // namespace

Status add_linear_reg_head(HeadRegistry& registry) { return registry.add<LinearRegHead>(); }

}  // namespace goetia
