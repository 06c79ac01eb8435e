#include <algorithm>
#include <cmath>

#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

class GaussianNoise : public Sometimes {
  public:
    static Schema schema() {
        return Schema("GaussianNoise", "Adds noise to every level of every channel")
            .with(number("mean", "Of the noise, in shares of the full range").between(-1, 1).fallback(0.0))
            .with(numbers("sigma", "Its deviation, or [low, high] to draw it from")
                      .length(2)
                      .or_scalar()
                      .between(0, 1)
                      .fallback(0.1))
            .with(prob_param(1.0));
    }

    static Result<std::unique_ptr<GaussianNoise>> make(const Args& args) {
        auto made = std::make_unique<GaussianNoise>(args);
        GOETIA_ASSIGN(made->sigma_, rising_pair(args, "sigma"));
        return made;
    }

    explicit GaussianNoise(const Args& args) : Sometimes(args), mean_(args.number("mean")) {}

  protected:
    Status change(Sample& sample, Random& random) const override {
        const double sigma = random.uniform(sigma_[0], sigma_[1]);
        for (std::uint8_t& level : sample.image.pixels) {
            const double noisy = level + 255 * (mean_ + sigma * random.normal());
            level = static_cast<std::uint8_t>(std::lround(std::clamp(noisy, 0.0, 255.0)));
        }
        return {};
    }

  private:
    double mean_;
    std::array<double, 2> sigma_{};
};

}  // namespace

Status add_gaussian_noise(TransformRegistry& registry) { return registry.add<GaussianNoise>(); }

}  // namespace goetia
