// A model of your own: images to class scores, and these to losses. See my_component.yaml for its use.
#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public ClassificationModel {
  public:
    static Schema schema() {
        return Schema("MyComponent", "Two convolutions, the mean over all places, one linear layer")
            .with(integer("num_classes", "classes to tell apart").at_least(1))
            .with(integer("width", "channels of the first convolution").at_least(1).fallback(16))
            .with(object("loss", "what is minimised").fallback(Json{{"type", "CrossEntropyLoss"}}));
    }

    // `make` instead of a constructor, since making the loss can fail.
    static Result<std::unique_ptr<MyComponent>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(auto loss, context.components.losses.make(args.get<Json>("loss"), "model.loss"));
        return std::make_unique<MyComponent>(args, std::move(loss));
    }

    MyComponent(const Args& args, std::shared_ptr<Loss> loss) : classes_(args.integer("num_classes")) {
        const std::int64_t width = args.integer("width");
        const Conv2dOptions halving{.stride = 2, .padding = 1};
        conv1_ = register_module("conv1", std::make_shared<Conv2d>(3, width, 3, halving));
        conv2_ = register_module("conv2", std::make_shared<Conv2d>(width, 2 * width, 3, halving));
        fc_ = register_module("fc", std::make_shared<Linear>(2 * width, classes_));
        loss_ = register_module("loss", std::move(loss));
    }

    Outputs forward(const torch::Tensor& images) override {
        const torch::Tensor maps = conv2_->forward(conv1_->forward(images).relu()).relu();
        return {fc_->forward(maps.mean({2, 3}))};
    }

    Losses losses(const Outputs& outputs, const Targets& targets) override {
        const torch::Tensor loss = loss_->forward(outputs[0], class_truth(targets));
        return {loss, {{"loss_cls", loss.detach()}}};
    }

    std::int64_t outcomes() const override { return classes_; }

    // For layer-wise rates: 0 is nearest the image.
    std::int64_t layer_of(const std::string& parameter) const override {
        return parameter.starts_with("conv1.") ? 0 : parameter.starts_with("conv2.") ? 1 : 2;
    }
    std::int64_t layers() const override { return 3; }

  private:
    std::int64_t classes_;
    std::shared_ptr<Conv2d> conv1_, conv2_;
    std::shared_ptr<Linear> fc_;
    std::shared_ptr<Loss> loss_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.models.add<MyComponent>(); }
