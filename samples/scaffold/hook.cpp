// A hook of your own: it takes part in a run at named stages. See my_component.yaml for its use.
#include <cmath>

#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public Hook {
  public:
    static Schema schema() {
        return Schema("MyComponent",
                      "Logs the length of all weights at each epoch's end, and stops when it grows out of bounds")
            .with(number("limit", "the length that ends the run").above(0).fallback(1e6));
    }

    explicit MyComponent(const Args& args) : limit_(args.number("limit")) {}

    std::string_view name() const override { return "MyComponent"; }

    Status after_epoch(TrainContext& context) override {
        const torch::NoGradGuard no_gradients;
        double squares = 0;
        for (const torch::Tensor& parameter : context.model().parameters())
            squares += parameter.pow(2).sum().item<double>();
        const double length = std::sqrt(squares);
        context.log("train/weight_length", length);
        if (length > limit_)
            context.request_stop(fmt::format("the weights' length is {:.4g}, above {:.4g}", length, limit_));
        return {};
    }

  private:
    double limit_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.hooks.add<MyComponent>(); }
