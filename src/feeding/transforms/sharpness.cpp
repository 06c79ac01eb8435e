#include "feeding/transforms/steps.h"
#include "imaging/kernels/colour.h"

namespace goetia {
namespace {

class Sharpness : public Sometimes {
  public:
    static Schema schema() {
        return Schema("Sharpness", "Blurs or sharpens: factor 0 is a smoothed image, 1 the image, 2 twice as sharp")
            .with(numbers("factor", "One factor, or [low, high] to draw it from")
                      .length(2)
                      .or_scalar()
                      .between(0, 100)
                      .fallback({0.0, 2.0}))
            .with(prob_param(1.0));
    }

    static Result<std::unique_ptr<Sharpness>> make(const Args& args) {
        auto made = std::make_unique<Sharpness>(args);
        GOETIA_ASSIGN(made->factor_, rising_pair(args, "factor"));
        return made;
    }

    explicit Sharpness(const Args& args) : Sometimes(args) {}

  protected:
    Status change(Sample& sample, Random& random) const override {
        adjust_sharpness(sample.image, static_cast<float>(random.uniform(factor_[0], factor_[1])));
        return {};
    }

  private:
    std::array<double, 2> factor_{};
};

}  // namespace

Status add_sharpness(TransformRegistry& registry) { return registry.add<Sharpness>(); }

}  // namespace goetia
