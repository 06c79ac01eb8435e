// A backbone of your own: images to feature maps, for ImageClassifier. See my_component.yaml for its use.
#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public Backbone {
  public:
    static Schema schema() {
        return Schema("MyComponent", "Convolutions that halve the image, one after another")
            .with(integers("widths", "channels behind each convolution").at_least(1).fallback({16, 32}));
    }

    MyComponent(const Args& args, const BuildContext&) : widths_(args.list<std::int64_t>("widths")) {
        std::int64_t before = 3;
        for (std::size_t i = 0; i < widths_.size(); ++i) {
            auto conv = std::make_shared<Conv2d>(before, widths_[i], 3, Conv2dOptions{.stride = 2, .padding = 1});
            convs_.push_back(register_module("conv" + std::to_string(i), conv));
            before = widths_[i];
        }
    }

    std::vector<torch::Tensor> forward(const torch::Tensor& images) override {
        torch::Tensor maps = images;
        for (const auto& conv : convs_) maps = conv->forward(maps).relu();
        return {maps};
    }

    std::vector<std::int64_t> channels() const override { return {widths_.back()}; }

    // For layer-wise rates: 0 is nearest the image.
    std::int64_t layer_of(const std::string& parameter) const override { return std::stoll(parameter.substr(4)); }
    std::int64_t layers() const override { return static_cast<std::int64_t>(convs_.size()); }

  private:
    std::vector<std::int64_t> widths_;
    std::vector<std::shared_ptr<Conv2d>> convs_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.backbones.add<MyComponent>(); }
