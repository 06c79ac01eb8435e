#include "feeding/transforms/size.h"
#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

class RequireResolution : public Transform {
  public:
    static Schema schema() {
        const auto length = [](std::string name, std::string doc) {
            return integer(std::move(name), std::move(doc)).at_least(1).at_most(1'000'000).or_null();
        };
        return Schema("RequireResolution",
                      "Makes an image of another resolution a non-compliant sample, which the run treats as a broken "
                      "one: it is skipped and reported, or the run ends; put it after LoadImage")
            .with(length("min_width", "The least width in pixels"))
            .with(length("min_height", "The least height"))
            .with(length("max_width", "The greatest width"))
            .with(length("max_height", "The greatest height"));
    }

    static Result<std::unique_ptr<RequireResolution>> make(const Args& args) {
        auto made = std::make_unique<RequireResolution>();
        const auto value = [&](const char* name, std::int64_t otherwise) {
            return args.is_null(name) ? otherwise : args.integer(name);
        };
        made->min_width_ = value("min_width", 1), made->min_height_ = value("min_height", 1);
        made->max_width_ = value("max_width", kAny), made->max_height_ = value("max_height", kAny);
        if (made->min_width_ <= made->max_width_ && made->min_height_ <= made->max_height_) return made;
        return invalid("a minimum must not be above its maximum, found {} to {} wide and {} to {} high",
                       made->min_width_, made->max_width_, made->min_height_, made->max_height_);
    }

    Status apply(Sample& sample, Random&) const override {
        GOETIA_TRY(needs_image(sample));
        const Image& image = sample.image;
        if (image.width >= min_width_ && image.width <= max_width_ && image.height >= min_height_ &&
            image.height <= max_height_)
            return {};
        return invalid("non-compliant sample: it is {}x{} pixels, required are {}", image.width, image.height, asked());
    }

  private:
    static constexpr std::int64_t kAny = 1'000'000'000;

    [[nodiscard]] std::string asked() const {
        const auto range = [](std::int64_t low, std::int64_t high) {
            return high == kAny ? fmt::format("at least {}", low) : fmt::format("{} to {}", low, high);
        };
        return fmt::format("{} wide and {} high", range(min_width_, max_width_), range(min_height_, max_height_));
    }

    std::int64_t min_width_ = 1, min_height_ = 1, max_width_ = kAny, max_height_ = kAny;
};

}  // namespace

Status add_require_resolution(TransformRegistry& registry) { return registry.add<RequireResolution>(); }

}  // namespace goetia
