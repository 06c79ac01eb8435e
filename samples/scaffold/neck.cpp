// A neck of your own: features to features, between backbone and head. See my_component.yaml for its use.
#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public Neck {
  public:
    static Schema schema() {
        return Schema("MyComponent", "Only the strongest answer of each map")
            .with(number("power", "1 keeps the values, less lifts the small ones").above(0).fallback(1.0));
    }

    MyComponent(const Args& args, const BuildContext&) : power_(args.number("power")) {}

    std::vector<torch::Tensor> forward(std::vector<torch::Tensor> features) override {
        for (torch::Tensor& maps : features) maps = maps.relu().amax({2, 3}).clamp_min(1e-6).pow(power_);
        return features;
    }

  private:
    double power_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.necks.add<MyComponent>(); }
