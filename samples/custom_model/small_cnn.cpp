// A whole model in one file: convolutions with a shortcut around each pair, and its own loss term. It is made of
// torch::nn's modules; Goetia's own layers (samples/scaffold/model.cpp) compile in a few seconds instead of half a
// minute.
#include <goetia/component.h>
#include <goetia/torch.h>

using namespace goetia;

namespace {

// Two convolutions; what came in is added to what comes out.
class ShortcutPair final : public torch::nn::Module {
  public:
    explicit ShortcutPair(std::int64_t width) {
        const auto options = torch::nn::Conv2dOptions(width, width, 3).padding(1).bias(false);
        conv1_ = register_module("conv1", torch::nn::Conv2d(options));
        norm1_ = register_module("norm1", torch::nn::BatchNorm2d(width));
        conv2_ = register_module("conv2", torch::nn::Conv2d(options));
        norm2_ = register_module("norm2", torch::nn::BatchNorm2d(width));
    }

    torch::Tensor forward(const torch::Tensor& maps) {
        return torch::relu(maps + norm2_(conv2_(torch::relu(norm1_(conv1_(maps))))));
    }

  private:
    torch::nn::Conv2d conv1_{nullptr}, conv2_{nullptr};
    torch::nn::BatchNorm2d norm1_{nullptr}, norm2_{nullptr};
};

class SmallCnn final : public ClassificationModel {
  public:
    static Schema schema() {
        return Schema("SmallCnn", "A few convolutions with shortcuts, for small images")
            .with(integer("num_classes", "classes to tell apart").at_least(1))
            .with(integer("width", "channels of every convolution").at_least(4).fallback(16))
            .with(integer("depth", "pairs of convolutions").between(1, 50).fallback(2))
            .with(object("loss", "what is minimised").fallback(Json{{"type", "CrossEntropyLoss"}}))
            .with(number("score_penalty", "pull of the scores towards zero, a loss term of its own")
                      .at_least(0)
                      .fallback(0.0));
    }

    static Result<std::unique_ptr<SmallCnn>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(auto loss, context.components.losses.make(args.get<Json>("loss"), "model.loss"));
        return std::make_unique<SmallCnn>(args, std::move(loss));
    }

    SmallCnn(const Args& args, std::shared_ptr<Loss> loss)
        : classes_(args.integer("num_classes")), score_penalty_(args.number("score_penalty")) {
        const std::int64_t width = args.integer("width");
        stem_ = register_module("stem", torch::nn::Conv2d(torch::nn::Conv2dOptions(3, width, 3).stride(2).padding(1)));
        for (std::int64_t i = 0; i < args.integer("depth"); ++i) {
            pairs_.push_back(register_module("pair" + std::to_string(i), std::make_shared<ShortcutPair>(width)));
        }
        fc_ = register_module("fc", torch::nn::Linear(width, classes_));
        loss_ = register_module("loss", std::move(loss));
    }

    Outputs forward(const torch::Tensor& images) override {
        torch::Tensor maps = torch::relu(stem_(images));
        for (const auto& pair : pairs_) maps = pair->forward(maps);
        return {fc_(maps.mean({2, 3}))};
    }

    Losses losses(const Outputs& outputs, const Targets& targets) override {
        const torch::Tensor classification = loss_->forward(outputs[0], class_truth(targets));
        const torch::Tensor penalty = score_penalty_ * outputs[0].pow(2).mean();
        return {classification + penalty, {{"loss_cls", classification.detach()}, {"loss_penalty", penalty.detach()}}};
    }

    std::int64_t outcomes() const override { return classes_; }

    std::int64_t layer_of(const std::string& parameter) const override {
        if (parameter.starts_with("stem.")) return 0;
        return parameter.starts_with("pair") ? 1 + std::stoll(parameter.substr(4)) : layers() - 1;
    }
    std::int64_t layers() const override { return static_cast<std::int64_t>(pairs_.size()) + 2; }

  private:
    std::int64_t classes_;
    double score_penalty_;
    torch::nn::Conv2d stem_{nullptr};
    std::vector<std::shared_ptr<ShortcutPair>> pairs_;
    torch::nn::Linear fc_{nullptr};
    std::shared_ptr<Loss> loss_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.models.add<SmallCnn>(); }
