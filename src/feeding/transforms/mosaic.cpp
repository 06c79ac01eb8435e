#include <algorithm>
#include <cmath>

#include "feeding/transforms/size.h"
#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

class Mosaic : public MixingTransform {
  public:
    static Schema schema() {
        return Schema("Mosaic",
                      "Places the image and three others around a random centre, each scaled to fit the whole size "
                      "(YOLOv4, arXiv:2004.10934)")
            .with(size_param("The result's side, or [height, width]"))
            .with(numbers("center", "Where the four meet, as a share of width and of height, [low, high]")
                      .length(2)
                      .between(0, 1)
                      .fallback({0.25, 0.75}))
            .with(integers("fill", "The colour between the images: one level or [red, green, blue]")
                      .length(3)
                      .between(0, 255)
                      .or_scalar()
                      .fallback(114))
            .with(prob_param(1.0));
    }

    static Result<std::unique_ptr<Mosaic>> make(const Args& args) {
        auto made = std::make_unique<Mosaic>();
        made->size_ = size_of(args);
        made->probability_ = args.number("prob");
        GOETIA_ASSIGN(made->centre_, rising_pair(args, "center"));
        const auto fill = args.list<int>("fill", 3);
        std::copy(fill.begin(), fill.end(), made->fill_.begin());
        return made;
    }

    [[nodiscard]] int partners(Random& random) const override { return random.chance(probability_) ? 3 : 0; }

    Status mix(Sample& sample, std::vector<Sample>& others, Random& random) const override {
        GOETIA_TRY(check_mixable(sample, others));
        const int x = static_cast<int>(std::lround(random.uniform(centre_[0], centre_[1]) * size_.width)),
                  y = static_cast<int>(std::lround(random.uniform(centre_[0], centre_[1]) * size_.height));
        Sample whole = sample;
        whole.instances.clear();
        whole.image = filled(fill_, sample.image.channels);
        if (!sample.mask.pixels.empty())
            whole.mask = {size_.width, size_.height, 1,
                          std::vector<std::uint8_t>(static_cast<std::size_t>(size_.width) * size_.height, 255)};
        // Upper left, upper right, lower left, lower right: each touches the centre with its inner corner.
        const std::array<Sample*, 4> parts{&sample, &others[0], &others[1], &others[2]};
        for (std::size_t i = 0; i < 4; ++i) {
            const bool right = i % 2 == 1, below = i / 2 == 1;
            const Rect room{below ? y : 0, right ? x : 0, below ? size_.height - y : y, right ? size_.width - x : x};
            if (room.width > 0 && room.height > 0) GOETIA_TRY(place(*parts[i], room, right, below, whole));
        }
        sample = std::move(whole);
        sample.original_width = sample.original_height = 0;
        return {};
    }

  private:
    [[nodiscard]] Image filled(Colour colour, int channels) const {
        Image image{size_.width, size_.height, channels, {}};
        const auto levels = static_cast<std::size_t>(channels);
        image.pixels.resize(static_cast<std::size_t>(size_.width) * size_.height * levels);
        for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = colour[i % levels];
        return image;
    }

    // Scales a part to fit the whole size, then crops it to its quarter from the corner that touches the centre.
    [[nodiscard]] Status place(Sample& part, const Rect& room, bool right, bool below, Sample& whole) const {
        const double scale = std::min(static_cast<double>(size_.width) / part.image.width,
                                      static_cast<double>(size_.height) / part.image.height);
        const int width = std::max(1, static_cast<int>(std::lround(part.image.width * scale))),
                  height = std::max(1, static_cast<int>(std::lround(part.image.height * scale)));
        GOETIA_TRY(resize(part, width, height));
        const int wide = std::min(width, room.width), high = std::min(height, room.height);
        GOETIA_TRY(crop(part, {below ? 0 : height - high, right ? 0 : width - wide, high, wide}));
        paste(part, right ? room.left : room.left + room.width - wide, below ? room.top : room.top + room.height - high,
              whole);
        return {};
    }

    Size size_;
    double probability_ = 1;
    std::array<double, 2> centre_{};
    Colour fill_{};
};

}  // namespace

Status add_mosaic(TransformRegistry& registry) { return registry.add<Mosaic>(); }

}  // namespace goetia
