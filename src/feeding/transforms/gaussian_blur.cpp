#include "feeding/transforms/steps.h"
#include "imaging/kernels/filter.h"

namespace goetia {
namespace {

class GaussianBlur : public Sometimes {
  public:
    static Schema schema() {
        return Schema("GaussianBlur", "Blurs with a drawn width")
            .with(integer("kernel_size", "Pixels that take part, both ways; an odd number").between(1, 255).fallback(5))
            .with(numbers("sigma", "The deviation in pixels, or [low, high] to draw it from")
                      .length(2)
                      .or_scalar()
                      .above(0)
                      .at_most(100)
                      .fallback({0.1, 2.0}))
            .with(prob_param(1.0));
    }

    static Result<std::unique_ptr<GaussianBlur>> make(const Args& args) {
        auto made = std::make_unique<GaussianBlur>(args);
        if (made->kernel_size_ % 2 == 0) return invalid("kernel_size must be odd, found {}", made->kernel_size_);
        GOETIA_ASSIGN(made->sigma_, rising_pair(args, "sigma"));
        return made;
    }

    explicit GaussianBlur(const Args& args)
        : Sometimes(args), kernel_size_(static_cast<int>(args.integer("kernel_size"))) {}

  protected:
    Status change(Sample& sample, Random& random) const override {
        blur(sample.image, kernel_size_, random.uniform(sigma_[0], sigma_[1]));
        return {};
    }

  private:
    int kernel_size_;
    std::array<double, 2> sigma_{};
};

}  // namespace

Status add_gaussian_blur(TransformRegistry& registry) { return registry.add<GaussianBlur>(); }

}  // namespace goetia
