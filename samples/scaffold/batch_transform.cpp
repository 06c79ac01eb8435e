// A batch transform of your own: a step over a whole training batch. See my_component.yaml for its use.
#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public BatchTransform {
  public:
    static Schema schema() {
        return Schema("MyComponent", "Makes a batch as a whole lighter or darker")
            .with(number("strength", "the largest change of the values' scale").between(0, 1).fallback(0.2));
    }

    explicit MyComponent(const Args& args) : strength_(args.number("strength")) {}

    Status apply(Batch& batch, Random& random) const override {
        const auto factor = static_cast<float>(random.uniform(1 - strength_, 1 + strength_));
        float* values = batch.images();
        const std::int64_t count = batch.size * batch.channels * batch.height * batch.width;
        for (std::int64_t i = 0; i < count; ++i) values[i] *= factor;
        return {};
    }

  private:
    double strength_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.batch_transforms.add<MyComponent>(); }
