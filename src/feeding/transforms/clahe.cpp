#include "feeding/transforms/steps.h"
#include "imaging/kernels/filter.h"

namespace goetia {
namespace {

class CLAHE : public Sometimes {
  public:
    static Schema schema() {
        return Schema("CLAHE", "Evens the brightness out tile by tile, with limited contrast")
            .with(
                numbers("clip_limit", "How far a level may stand out before it is cut, or [low, high] to draw it from")
                    .length(2)
                    .or_scalar()
                    .between(0, 256)
                    .fallback({1.0, 4.0}))
            .with(integers("tiles", "Tiles down and across").length(2).or_scalar().between(1, 256).fallback(8))
            .with(prob_param(1.0));
    }

    static Result<std::unique_ptr<CLAHE>> make(const Args& args) {
        auto made = std::make_unique<CLAHE>(args);
        GOETIA_ASSIGN(made->clip_limit_, rising_pair(args, "clip_limit"));
        return made;
    }

    explicit CLAHE(const Args& args) : Sometimes(args), tiles_(args.list<int>("tiles", 2)) {}

  protected:
    Status change(Sample& sample, Random& random) const override {
        equalize_adaptively(sample.image, random.uniform(clip_limit_[0], clip_limit_[1]), tiles_[0], tiles_[1]);
        return {};
    }

  private:
    std::vector<int> tiles_;
    std::array<double, 2> clip_limit_{};
};

}  // namespace

Status add_clahe(TransformRegistry& registry) { return registry.add<CLAHE>(); }

}  // namespace goetia
