// A transform of your own: one step of a pipeline, on one image. See my_component.yaml for its use.
#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public Transform {
  public:
    static Schema schema() {
        return Schema("MyComponent", "Turns bright into dark, at times")
            .with(number("prob", "how often").between(0, 1).fallback(0.5));
    }

    explicit MyComponent(const Args& args) : prob_(args.number("prob")) {}

    // Threads call it at once; every draw comes from `random`, so that a run can be repeated.
    Status apply(Sample& sample, Random& random) const override {
        if (sample.image.pixels.empty())
            return invalid("there is no image to work on; put it after LoadImage and before ToTensor");
        if (!random.chance(prob_)) return {};
        for (std::uint8_t& value : sample.image.pixels) value = static_cast<std::uint8_t>(255 - value);
        return {};
    }

  private:
    double prob_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.transforms.add<MyComponent>(); }
