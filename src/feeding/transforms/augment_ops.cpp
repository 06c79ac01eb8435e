#include "feeding/transforms/augment_ops.h"

#include <array>
#include <cmath>

#include "feeding/transforms/steps.h"
#include "imaging/kernels/colour.h"

namespace goetia {

bool has_direction(Op op) { return op >= Op::kShearX && op <= Op::kSharpness; }

double linspace_at(double low, double high, int steps, int step) {
    if (steps <= 1) return low;
    const float from = static_cast<float>(low), to = static_cast<float>(high),
                apart = (to - from) / static_cast<float>(steps - 1);
    return step < steps / 2 ? std::fma(apart, static_cast<float>(step), from)
                            : std::fma(-apart, static_cast<float>(steps - 1 - step), to);
}

int posterize_bits(int max_bits, int min_bits, int steps, int step) {
    const float lost = static_cast<float>(step) /
                       static_cast<float>((static_cast<double>(steps) - 1) / static_cast<double>(max_bits - min_bits));
    return max_bits - static_cast<int>(std::nearbyint(lost));
}

double magnitude_of(Op op, const OpRange& range, int steps, int step) {
    switch (op) {
        case Op::kShearX:
        case Op::kShearY: return linspace_at(0, range.shear, steps, step);
        case Op::kTranslateX: return linspace_at(0, range.translate_x, steps, step);
        case Op::kTranslateY: return linspace_at(0, range.translate_y, steps, step);
        case Op::kRotate: return linspace_at(0, range.rotate, steps, step);
        case Op::kBrightness:
        case Op::kColor:
        case Op::kContrast:
        case Op::kSharpness: return linspace_at(0, range.colour, steps, step);
        case Op::kPosterize: return posterize_bits(range.max_bits, range.min_bits, steps, step);
        case Op::kSolarize: return linspace_at(255, 0, steps, step);
        case Op::kIdentity:
        case Op::kAutoContrast:
        case Op::kEqualize:
        case Op::kInvert: break;
    }
    return 0;
}

Status apply_op(Sample& sample, Op op, double magnitude, const WarpStyle& style) {
    Image& image = sample.image;
    const auto factor = static_cast<float>(1 + magnitude);
    const auto along = [&](const std::array<double, 6>& m) {
        return warp(sample, {{m[0], m[1], m[2], m[3], m[4], m[5], 0, 0, 1}}, style);
    };
    switch (op) {
        case Op::kIdentity: return {};
        case Op::kShearX: return along({1, magnitude, 0, 0, 1, 0});
        case Op::kShearY: return along({1, 0, 0, magnitude, 1, 0});
        case Op::kTranslateX: return along({1, 0, -std::trunc(magnitude), 0, 1, 0});
        case Op::kTranslateY: return along({1, 0, 0, 0, 1, -std::trunc(magnitude)});
        case Op::kRotate: return warp(sample, turn_about(image.width / 2.0, image.height / 2.0, magnitude), style);
        case Op::kBrightness: adjust_brightness(image, factor); break;
        case Op::kColor: adjust_saturation(image, factor); break;
        case Op::kContrast: adjust_contrast(image, factor); break;
        case Op::kSharpness: adjust_sharpness(image, factor); break;
        case Op::kPosterize: posterize(image, static_cast<int>(magnitude)); break;
        case Op::kSolarize: solarize(image, magnitude); break;
        case Op::kAutoContrast: autocontrast(image); break;
        case Op::kEqualize: equalize(image); break;
        case Op::kInvert: invert(image); break;
    }
    return {};
}

std::span<const Op> fourteen_ops() {
    static constexpr std::array kOps{Op::kIdentity,     Op::kShearX,    Op::kShearY,     Op::kTranslateX,
                                     Op::kTranslateY,   Op::kRotate,    Op::kBrightness, Op::kColor,
                                     Op::kContrast,     Op::kSharpness, Op::kPosterize,  Op::kSolarize,
                                     Op::kAutoContrast, Op::kEqualize};
    return kOps;
}

}  // namespace goetia
