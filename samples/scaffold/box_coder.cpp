// A box coder of your own: how a detector tells a box by four numbers. See my_component.yaml for its use.
#include <ATen/ops/cat.h>
#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public BoxCoder {
  public:
    static Schema schema() {
        return Schema("MyComponent", "How far each edge is from the place's, in parts of the place's sides")
            .with(number("unit", "what a code of 1 stands for").above(0).fallback(1.0));
    }

    explicit MyComponent(const Args& args) : unit_(args.number("unit")) {}

    torch::Tensor encode(const torch::Tensor& boxes, const torch::Tensor& places) const override {
        return (boxes - places) / sides(places);
    }
    torch::Tensor decode(const torch::Tensor& codes, const torch::Tensor& places) const override {
        return places + codes * sides(places);
    }

  private:
    torch::Tensor sides(const torch::Tensor& places) const {
        const torch::Tensor one = places.slice(-1, 2, 4) - places.slice(-1, 0, 2);
        return at::cat({one, one}, -1) * unit_;
    }

    double unit_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.box_coders.add<MyComponent>(); }
