#include "data/kernels/geometry.h"
#include "data/transforms/steps.h"

namespace goetia {
namespace {

class RandomHorizontalFlip : public Transform {
  public:
    static Schema schema() {
        return Schema("RandomHorizontalFlip", "Swaps left and right, at random")
            .with(number("prob", "How often").between(0, 1).fallback(0.5));
    }

    explicit RandomHorizontalFlip(const Args& args) : probability_(args.number("prob")) {}

    Status apply(Sample& sample, Random& random) const override {
        GOETIA_TRY(needs_image(sample));
        if (random.chance(probability_)) sample.image = flipped_horizontally(sample.image);
        return {};
    }

  private:
    double probability_;
};

}  // namespace

Status add_random_horizontal_flip(TransformRegistry& registry) { return registry.add<RandomHorizontalFlip>(); }

}  // namespace goetia
