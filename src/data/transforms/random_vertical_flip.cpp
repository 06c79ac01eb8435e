#include "data/transforms/steps.h"

namespace goetia {
namespace {

class RandomVerticalFlip : public Transform {
  public:
    static Schema schema() {
        return Schema("RandomVerticalFlip", "Swaps top and bottom, at random")
            .with(prob_param(0.5))
            .with(key_point_pairs_param());
    }

    static Result<std::unique_ptr<RandomVerticalFlip>> make(const Args& args) {
        auto made = std::make_unique<RandomVerticalFlip>();
        made->probability_ = args.number("prob");
        GOETIA_ASSIGN(made->pairs_, key_point_pairs_of(args));
        return made;
    }

    [[nodiscard]] bool takes_pending() const override { return true; }

    Status apply(Sample& sample, Random& random) const override {
        GOETIA_TRY(needs_image(sample));
        return random.chance(probability_) ? flip(sample, false, pairs_) : Status();
    }

  private:
    double probability_ = 0;
    KeyPointPairs pairs_;
};

}  // namespace

Status add_random_vertical_flip(TransformRegistry& registry) { return registry.add<RandomVerticalFlip>(); }

}  // namespace goetia
