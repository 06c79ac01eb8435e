#include "base/json.h"
#include "component/registry.h"
#include "learn/models/linear_head.h"
#include "learn/tasks/multilabel.h"

namespace goetia {
namespace {

class LinearMultilabelHead final : public LinearHead<MultilabelHead> {
  public:
    static Schema schema() {
        Schema own = Schema("LinearMultilabelHead",
                            "Mean over all places, then one linear layer from features to a logit for each class; an "
                            "image may be of several")
                         .with(integer("num_classes", "classes that an image may be of").at_least(1))
                         .for_tasks({task_name(Task::kMultilabel)});
        return with_linear_head_params(std::move(own), {{"type", "BinaryCrossEntropyLoss"}});
    }

    static Result<std::unique_ptr<LinearMultilabelHead>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(auto loss, make_head_loss(args, context));
        return std::make_unique<LinearMultilabelHead>(args, std::move(loss));
    }

    LinearMultilabelHead(const Args& args, std::shared_ptr<Loss> loss)
        : LinearHead(args, args.integer("num_classes"), std::move(loss)) {}

    Losses losses(const Outputs& outputs, const Targets& targets) override {
        const torch::Tensor found = loss().forward(outputs.at(0), targets.values);
        return {found, {{"loss_cls", found.detach()}}};
    }
};

}  // namespace

Status add_linear_multilabel_head(HeadRegistry& registry) { return registry.add<LinearMultilabelHead>(); }

}  // namespace goetia
