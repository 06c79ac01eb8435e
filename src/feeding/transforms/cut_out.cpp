#include <algorithm>
#include <cmath>

#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

class CutOut : public Sometimes {
  public:
    static Schema schema() {
        return Schema("CutOut",
                      "Overwrites square parts of the image; its labels stay (DeVries and Taylor, arXiv:1708.04552)")
            .with(integer("holes", "How many parts").between(1, 1000).fallback(1))
            .with(numbers("length", "A part's side as a share of the shorter side, or [low, high]")
                      .length(2)
                      .or_scalar()
                      .above(0)
                      .at_most(1)
                      .fallback(0.25))
            .with(warp_fill_param())
            .with(prob_param(1.0));
    }

    static Result<std::unique_ptr<CutOut>> make(const Args& args) {
        auto made = std::make_unique<CutOut>(args);
        GOETIA_ASSIGN(made->length_, rising_pair(args, "length"));
        return made;
    }

    explicit CutOut(const Args& args)
        : Sometimes(args), holes_(args.integer("holes")), fill_(args.list<int>("fill", 3)) {}

  protected:
    Status change(Sample& sample, Random& random) const override {
        Image& image = sample.image;
        for (std::int64_t i = 0; i < holes_; ++i) {
            const double share = random.uniform(length_[0], length_[1]);
            const int side = std::max(1, static_cast<int>(std::lround(share * std::min(image.width, image.height))));
            // The centre lies within the image, so a part may extend beyond the edge.
            const int left = static_cast<int>(random.between(0, image.width - 1)) - side / 2,
                      top = static_cast<int>(random.between(0, image.height - 1)) - side / 2;
            const int right = std::min(image.width, left + side), bottom = std::min(image.height, top + side);
            for (int y = std::max(0, top); y < bottom; ++y) {
                for (int x = std::max(0, left); x < right; ++x) {
                    for (int c = 0; c < image.channels; ++c)
                        image.pixels[(static_cast<std::size_t>(y) * image.width + x) * image.channels + c] =
                            fill_[static_cast<std::size_t>(c)];
                }
            }
        }
        return {};
    }

  private:
    std::int64_t holes_;
    std::vector<int> fill_;
    std::array<double, 2> length_{};
};

}  // namespace

Status add_cut_out(TransformRegistry& registry) { return registry.add<CutOut>(); }

}  // namespace goetia
