#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

struct LeftRight {
    static constexpr const char* kName = "RandomHorizontalFlip";
    static constexpr const char* kSummary = "Swaps left and right, at random";
    static constexpr bool kHorizontal = true;
};

struct TopBottom {
    static constexpr const char* kName = "RandomVerticalFlip";
    static constexpr const char* kSummary = "Swaps top and bottom, at random";
    static constexpr bool kHorizontal = false;
};

template <class Sides>
class RandomFlip : public Transform {
  public:
    static Schema schema() {
        return Schema(Sides::kName, Sides::kSummary).with(prob_param(0.5)).with(key_point_pairs_param());
    }

    static Result<std::unique_ptr<RandomFlip>> make(const Args& args) {
        auto made = std::make_unique<RandomFlip>();
        made->probability_ = args.number("prob");
        GOETIA_ASSIGN(made->pairs_, key_point_pairs_of(args));
        return made;
    }

    [[nodiscard]] bool takes_pending() const override { return true; }

    Status apply(Sample& sample, Random& random) const override {
        GOETIA_TRY(needs_image(sample));
        return random.chance(probability_) ? flip(sample, Sides::kHorizontal, pairs_) : Status();
    }

  private:
    double probability_ = 0;
    KeyPointPairs pairs_;
};

}  // namespace

Status add_random_flips(TransformRegistry& registry) {
    GOETIA_TRY(registry.add<RandomFlip<LeftRight>>());
    return registry.add<RandomFlip<TopBottom>>();
}

}  // namespace goetia
