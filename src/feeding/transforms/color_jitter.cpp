#include <array>
#include <optional>

#include "base/json.h"
#include "base/json_text.h"
#include "feeding/transforms/size.h"
#include "feeding/transforms/steps.h"
#include "imaging/kernels/colour.h"

namespace goetia {
namespace {

using Range = std::optional<std::array<double, 2>>;

// A number x stands for centre-x .. centre+x, not below `lowest`; a pair stands for itself; 0 means "no change".
Result<Range> range_of(const Args& args, const std::string& name, double centre, double lowest, double highest) {
    const Json& value = args.json().at(name);
    const auto pair = args.list<double>(name, 2);
    std::array<double, 2> range{pair[0], pair[1]};
    if (!value.is_array()) {
        if (pair[0] < 0) return invalid("{} needs a number of at least 0 or [low, high], found {}", name, pair[0]);
        if (pair[0] == 0) return Range{};
        range = {std::max(lowest, centre - pair[0]), centre + pair[0]};
    } else if (value.size() != 2) {
        return invalid("{} needs one number or [low, high], found {}", name, json_text(value));
    }
    if (const std::string fault = range_fault(name, {range[0], range[1]}); !fault.empty()) return invalid("{}", fault);
    if (range[0] < lowest || range[1] > highest)
        return invalid("{} must stay within {} to {}, found {}", name, lowest, highest, json_text(value));
    return Range{range};
}

class ColorJitter : public Transform {
  public:
    static Schema schema() {
        const auto strength = [](std::string name, const std::string& what) {
            return numbers(std::move(name),
                           what + ": a number x draws the factor from 1-x to 1+x, [low, high] from there")
                .or_scalar()
                .fallback(0.0);
        };
        return Schema("ColorJitter",
                      "Changes brightness, contrast, saturation and hue by drawn factors, in drawn order")
            .with(strength("brightness", "Brightness"))
            .with(strength("contrast", "Contrast"))
            .with(strength("saturation", "Saturation"))
            .with(
                numbers("hue", "Share of the colour circle: x draws from -x to x, at most 0.5; [low, high] from there")
                    .or_scalar()
                    .between(-0.5, 0.5)
                    .fallback(0.0));
    }

    static Result<std::unique_ptr<ColorJitter>> make(const Args& args) {
        constexpr double kStrongest = 1e6;
        auto made = std::make_unique<ColorJitter>();
        GOETIA_ASSIGN(made->ranges_[0], range_of(args, "brightness", 1, 0, kStrongest));
        GOETIA_ASSIGN(made->ranges_[1], range_of(args, "contrast", 1, 0, kStrongest));
        GOETIA_ASSIGN(made->ranges_[2], range_of(args, "saturation", 1, 0, kStrongest));
        GOETIA_ASSIGN(made->ranges_[3], range_of(args, "hue", 0, -0.5, 0.5));
        return made;
    }

    Status apply(Sample& sample, Random& random) const override {
        GOETIA_TRY(needs_image(sample));
        std::array<std::int64_t, 4> order{0, 1, 2, 3};
        random.shuffle(order);
        std::array<double, 4> factors{};
        for (std::size_t i = 0; i < 4; ++i) {
            if (ranges_[i]) factors[i] = random.uniform((*ranges_[i])[0], (*ranges_[i])[1]);
        }
        for (const std::int64_t i : order) {
            if (ranges_[static_cast<std::size_t>(i)]) change(sample.image, i, factors[static_cast<std::size_t>(i)]);
        }
        return {};
    }

  private:
    static void change(Image& image, std::int64_t what, double factor) {
        switch (what) {
            case 0: return adjust_brightness(image, static_cast<float>(factor));
            case 1: return adjust_contrast(image, static_cast<float>(factor));
            case 2: return adjust_saturation(image, static_cast<float>(factor));
            default: return shift_hue(image, factor);
        }
    }

    std::array<Range, 4> ranges_;
};

}  // namespace

Status add_color_jitter(TransformRegistry& registry) { return registry.add<ColorJitter>(); }

}  // namespace goetia
