#include "data/transforms/steps.h"

namespace goetia {
namespace {

class RandomHorizontalFlip : public Transform {
  public:
    static Schema schema() {
        return Schema("RandomHorizontalFlip", "Swaps left and right, at random")
            .with(prob_param(0.5))
            .with(key_point_pairs_param());
    }

    static Result<std::unique_ptr<RandomHorizontalFlip>> make(const Args& args) {
        auto made = std::make_unique<RandomHorizontalFlip>();
        made->probability_ = args.number("prob");
        GOETIA_ASSIGN(made->pairs_, key_point_pairs_of(args));
        return made;
    }

    [[nodiscard]] bool takes_pending() const override { return true; }

    Status apply(Sample& sample, Random& random) const override {
        GOETIA_TRY(needs_image(sample));
        return random.chance(probability_) ? flip(sample, true, pairs_) : Status();
    }

  private:
    double probability_ = 0;
    KeyPointPairs pairs_;
};

}  // namespace

Status add_random_horizontal_flip(TransformRegistry& registry) { return registry.add<RandomHorizontalFlip>(); }

}  // namespace goetia
