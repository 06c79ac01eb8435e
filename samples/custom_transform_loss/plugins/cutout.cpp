// A transform: a grey square somewhere in the image.
#include <goetia/component.h>

using namespace goetia;

namespace {

class Cutout final : public Transform {
  public:
    static Schema schema() {
        return Schema("Cutout", "Covers a square of the image with grey")
            .with(number("share", "side of the square as a share of the image's shorter side")
                      .above(0)
                      .at_most(1)
                      .fallback(0.3))
            .with(number("prob", "how often").between(0, 1).fallback(0.5));
    }

    explicit Cutout(const Args& args) : share_(args.number("share")), prob_(args.number("prob")) {}

    Status apply(Sample& sample, Random& random) const override {
        Image& image = sample.image;
        if (image.pixels.empty())
            return invalid("there is no image to work on; put it after LoadImage and before ToTensor");
        if (!random.chance(prob_)) return {};
        const std::int64_t side =
            std::max<std::int64_t>(1, static_cast<std::int64_t>(share_ * std::min(image.width, image.height)));
        const std::int64_t left = random.between(0, image.width - side), top = random.between(0, image.height - side);
        for (std::int64_t y = top; y < top + side; ++y) {
            std::uint8_t* row = image.pixels.data() + (y * image.width + left) * image.channels;
            std::fill(row, row + side * image.channels, std::uint8_t{128});
        }
        return {};
    }

  private:
    double share_;
    double prob_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.transforms.add<Cutout>(); }
