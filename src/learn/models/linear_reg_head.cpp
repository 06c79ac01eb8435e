#include "base/json.h"
#include "component/registry.h"
#include "learn/models/linear_head.h"
#include "learn/tasks/regression.h"

namespace goetia {
namespace {

class LinearRegHead final : public LinearHead<RegressionHead> {
  public:
    static Schema schema() {
        Schema own = Schema("LinearRegHead", "Mean over all places, then one linear layer from features to values")
                         .with(integer("num_targets", "values to predict").at_least(1).fallback(1))
                         .for_tasks({task_name(Task::kRegression)});
        return with_linear_head_params(std::move(own), {{"type", "SmoothL1Loss"}});
    }

    static Result<std::unique_ptr<LinearRegHead>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(auto loss, make_head_loss(args, context));
        return std::make_unique<LinearRegHead>(args, std::move(loss));
    }

    LinearRegHead(const Args& args, std::shared_ptr<Loss> loss)
        : LinearHead(args, args.integer("num_targets"), std::move(loss)) {}

    Losses losses(const Outputs& outputs, const Targets& targets) override {
        const torch::Tensor found = loss().forward(outputs.at(0), targets.values);
        return {found, {{"loss_reg", found.detach()}}};
    }
};

}  // namespace

Status add_linear_reg_head(HeadRegistry& registry) { return registry.add<LinearRegHead>(); }

}  // namespace goetia
