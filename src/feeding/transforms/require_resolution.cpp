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
                      "Makes a picture of another resolution a non-compliant sample, which the run treats as it treats "
                      "broken ones: passed over and told, or the run ends; put it after LoadImage")
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
        made->least_width_ = value("min_width", 1), made->least_height_ = value("min_height", 1);
        made->most_width_ = value("max_width", kAny), made->most_height_ = value("max_height", kAny);
        if (made->least_width_ <= made->most_width_ && made->least_height_ <= made->most_height_) return made;
        return invalid("the least must not be above the greatest, found {} to {} wide and {} to {} high",
                       made->least_width_, made->most_width_, made->least_height_, made->most_height_);
    }

    Status apply(Sample& sample, Random&) const override {
        GOETIA_TRY(needs_image(sample));
        const Image& image = sample.image;
        if (image.width >= least_width_ && image.width <= most_width_ && image.height >= least_height_ &&
            image.height <= most_height_)
            return {};
        return invalid("non-compliant sample: it is {}x{} pixels, asked for are {}", image.width, image.height,
                       asked());
    }

  private:
    static constexpr std::int64_t kAny = 1'000'000'000;

    [[nodiscard]] std::string asked() const {
        const auto range = [](std::int64_t least, std::int64_t most) {
            return most == kAny ? fmt::format("at least {}", least) : fmt::format("{} to {}", least, most);
        };
        return fmt::format("{} wide and {} high", range(least_width_, most_width_), range(least_height_, most_height_));
    }

    std::int64_t least_width_ = 1, least_height_ = 1, most_width_ = kAny, most_height_ = kAny;
};

}  // namespace

Status add_require_resolution(TransformRegistry& registry) { return registry.add<RequireResolution>(); }

}  // namespace goetia
