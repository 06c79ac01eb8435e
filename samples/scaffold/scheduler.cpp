// A schedule of your own: the learning rate as a function of progress. See my_component.yaml for its use.
#include <cmath>

#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public Scheduler {
  public:
    static Schema schema() {
        return Schema("MyComponent", "Falls with the square root of the periods")
            .with(number("scale", "periods until the rate falls noticeably").above(0).fallback(1.0));
    }

    explicit MyComponent(const Args& args) : scale_(args.number("scale")) {}

    // `count` periods (epochs, or steps with `by: step`) behind the warm-up.
    double rate(double base_lr, std::int64_t count) const override {
        return base_lr / std::sqrt(1 + static_cast<double>(count) / scale_);
    }

  private:
    double scale_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.schedulers.add<MyComponent>(); }
