// A head of your own: features to class scores, and these to losses. See my_component.yaml for its use.
#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public ClassificationHead {
  public:
    static Schema schema() {
        return Schema("MyComponent", "Mean over all places, a hidden layer, and a linear layer to class scores")
            .with(integer("num_classes", "classes to tell apart").at_least(1))
            .with(integer("in_channels", "channels of the features; those of the backbone unless given")
                      .at_least(1)
                      .or_null())
            .with(integer("hidden", "width of the hidden layer").at_least(1).fallback(64))
            .with(object("loss", "what is minimised").fallback(Json{{"type", "CrossEntropyLoss"}}));
    }

    static Result<std::unique_ptr<MyComponent>> make(const Args& args, const BuildContext& context) {
        if (args.is_null("in_channels")) return invalid("'in_channels' must be given when no backbone says it");
        GOETIA_ASSIGN(auto loss, context.components.losses.make(args.get<Json>("loss"), "loss"));
        return std::make_unique<MyComponent>(args, std::move(loss));
    }

    MyComponent(const Args& args, std::shared_ptr<Loss> loss) : classes_(args.integer("num_classes")) {
        hidden_ =
            register_module("hidden", std::make_shared<Linear>(args.integer("in_channels"), args.integer("hidden")));
        fc_ = register_module("fc", std::make_shared<Linear>(args.integer("hidden"), classes_));
        loss_ = register_module("loss", std::move(loss));
    }

    Outputs forward(const std::vector<torch::Tensor>& features) override {
        torch::Tensor vectors = features.back();
        if (vectors.dim() == 4) vectors = vectors.mean({2, 3});
        return {fc_->forward(hidden_->forward(vectors).relu())};
    }

    Losses losses(const Outputs& outputs, const Targets& targets) override {
        const torch::Tensor loss = loss_->forward(outputs[0], class_truth(targets));
        return {loss, {{"loss_cls", loss.detach()}}};
    }

    std::int64_t outcomes() const override { return classes_; }

  private:
    std::int64_t classes_;
    std::shared_ptr<Linear> hidden_, fc_;
    std::shared_ptr<Loss> loss_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.heads.add<MyComponent>(); }
