#include "base/json.h"
#include "component/registry.h"
#include "learn/models/linear_head.h"
#include "learn/tasks/classification.h"

namespace goetia {
namespace {

class LinearClsHead final : public LinearHead<ClassificationHead> {
  public:
    static Schema schema() {
        Schema own =
            Schema("LinearClsHead", "Mean over all places, then one linear layer from features to class scores")
                .with(integer("num_classes", "classes to tell apart").at_least(1))
                .with(integers("topk", "the k of the top-k accuracies of the training batches")
                          .at_least(1)
                          .or_scalar()
                          .fallback({1}))
                .for_tasks({task_name(Task::kClassification)});
        return with_linear_head_params(std::move(own), {{"type", "CrossEntropyLoss"}});
    }

    static Result<std::unique_ptr<LinearClsHead>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(auto loss, make_head_loss(args, context));
        return std::make_unique<LinearClsHead>(args, std::move(loss));
    }

    LinearClsHead(const Args& args, std::shared_ptr<Loss> loss)
        : LinearHead(args, args.integer("num_classes"), std::move(loss)), topk_(args.list<std::int64_t>("topk")) {}

    Losses losses(const Outputs& outputs, const Targets& targets) override {
        const torch::Tensor found = loss().forward(outputs.at(0), class_truth(targets));
        return {found, {{"loss_cls", found.detach()}}};
    }
    [[nodiscard]] std::vector<std::int64_t> topk() const override { return topk_; }

  private:
    std::vector<std::int64_t> topk_;
};

}  // namespace

Status add_linear_cls_head(HeadRegistry& registry) { return registry.add<LinearClsHead>(); }

}  // namespace goetia
