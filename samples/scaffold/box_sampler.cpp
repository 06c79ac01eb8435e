// A box sampler of your own: which places a detector's step learns from. See my_component.yaml for its use.
#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public BoxSampler {
  public:
    static Schema schema() {
        return Schema("MyComponent", "All places with an object, and every n-th one without")
            .with(integer("every", "of how many places without an object one counts").at_least(1).fallback(3));
    }

    explicit MyComponent(const Args& args) : every_(args.integer("every")) {}

    SampledPlaces sample(const torch::Tensor& objects, const torch::Tensor& /*losses*/) const override {
        return {objects.ge(0).nonzero().squeeze(1),
                objects.eq(kBackground).nonzero().squeeze(1).slice(0, 0, std::nullopt, every_)};
    }

  private:
    std::int64_t every_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.box_samplers.add<MyComponent>(); }
