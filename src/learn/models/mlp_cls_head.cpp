#include <ATen/ops/adaptive_avg_pool2d.h>

#include "base/json.h"
#include "component/registry.h"
#include "learn/layers/conv_norm_act.h"
#include "learn/layers/initial.h"
#include "learn/models/linear_head.h"
#include "learn/tasks/classification.h"

namespace goetia {
namespace {

// The classifiers of VGG and MobileNetV3. The layers' names are torchvision's numbers, which count the activation and
// the dropout after each hidden layer: "0", "3", "6".
class MlpClsHead final : public ClassificationHead {
  public:
    static Schema schema() {
        Schema own =
            Schema("MlpClsHead", "Mean over a grid of places, then hidden linear layers and one to class scores")
                .with(integer("num_classes", "classes to tell apart").at_least(1))
                .with(integers("hidden", "channels of each hidden layer").at_least(1))
                .with(text("activation", "after each hidden layer").one_of({"relu", "hardswish"}).fallback("relu"))
                .with(integer("pool_size", "places of the grid in each direction: 7 in VGG").at_least(1).fallback(1))
                .with(integers("topk", "the k of the top-k accuracies of the training batches")
                          .at_least(1)
                          .or_scalar()
                          .fallback({1}))
                .for_tasks({task_name(Task::kClassification)});
        return with_linear_head_params(std::move(own), {{"type", "CrossEntropyLoss"}});
    }

    static Result<std::unique_ptr<MlpClsHead>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(auto loss, make_head_loss(args, context));
        return std::make_unique<MlpClsHead>(args, std::move(loss));
    }

    MlpClsHead(const Args& args, std::shared_ptr<Loss> loss)
        : classes_(args.integer("num_classes")),
          pool_size_(args.integer("pool_size")),
          dropout_(args.number("dropout")),
          activation_(args.text("activation") == "relu" ? Activation::kRelu : Activation::kHardswish),
          topk_(args.list<std::int64_t>("topk")) {
        std::int64_t in = args.integer("in_channels") * pool_size_ * pool_size_;
        for (const std::int64_t out : args.list<std::int64_t>("hidden")) {
            add(in, out);
            in = out;
        }
        add(in, classes_);
        loss_ = register_module("loss", std::move(loss));
    }

    Outputs forward(const std::vector<torch::Tensor>& features) override {
        torch::Tensor vectors = features.back();  // of one place each where a neck has pooled
        if (vectors.dim() == 4) vectors = at::adaptive_avg_pool2d(vectors, {pool_size_, pool_size_}).flatten(1);
        for (std::size_t i = 0; i + 1 < layers_.size(); ++i)
            vectors = dropped(activate_(layers_[i]->forward(vectors), activation_), dropout_, is_training());
        return {layers_.back()->forward(vectors)};
    }

    [[nodiscard]] std::int64_t outcomes() const override { return classes_; }
    [[nodiscard]] std::vector<std::int64_t> topk() const override { return topk_; }

    Losses losses(const Outputs& outputs, const Targets& targets) override {
        const torch::Tensor found = loss_->forward(outputs.at(0), class_truth(targets));
        return {found, {{"loss_cls", found.detach()}}};
    }

  private:
    void add(std::int64_t in, std::int64_t out) {
        layers_.push_back(register_module(std::to_string(3 * layers_.size()), std::make_shared<Linear>(in, out)));
        draw_normal(layers_.back()->weight, layers_.back()->bias, 0.01);
    }

    std::int64_t classes_, pool_size_;
    double dropout_;
    Activation activation_;
    std::vector<std::int64_t> topk_;
    std::vector<std::shared_ptr<Linear>> layers_;
    std::shared_ptr<Loss> loss_;
};

}  // namespace

Status add_mlp_cls_head(HeadRegistry& registry) { return registry.add<MlpClsHead>(); }

}  // namespace goetia
