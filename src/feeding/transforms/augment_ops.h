// The operations that AutoAugment, RandAugment, TrivialAugment and AugMix draw from. Geometric ones move the
// annotations too.
#pragma once

#include <span>

#include "base/result.h"
#include "imaging/kernels/warp.h"
#include "imaging/sample.h"

namespace goetia {

enum class Op {
    kIdentity,
    kShearX,
    kShearY,
    kTranslateX,
    kTranslateY,
    kRotate,
    kBrightness,
    kColor,
    kContrast,
    kSharpness,
    kPosterize,
    kSolarize,
    kAutoContrast,
    kEqualize,
    kInvert,
};

bool has_direction(Op op);  // whether its magnitude may be negative

// `magnitude`: the slope of a shear, pixels, degrees, the factor minus one, the bits to keep, or the threshold.
Status apply_op(Sample& sample, Op op, double magnitude, const WarpStyle& style = {});

// Value `step` of `steps` evenly spaced ones, computed in single precision from the nearer end with one rounding, as
// PyTorch's linspace does: so magnitudes at a rounding boundary fall on the same side.
double linspace_at(double low, double high, int steps, int step);

// The bits that Posterize keeps: `max_bits` at step 0, `min_bits` at the last, rounded half to even in single
// precision.
int posterize_bits(int max_bits, int min_bits, int steps, int step);

// Of the image, by AutoAugment and RandAugment: learned on images of 331 pixels.
inline constexpr double kMaxTranslate = 150.0 / 331;

// The largest magnitudes of a family of policies; Translate in pixels of the image.
struct OpRange {
    double shear = 0.3;
    double translate_x = 0, translate_y = 0;
    double rotate = 30;
    double colour = 0.9;  // Brightness, Color, Contrast, Sharpness
    int max_bits = 8, min_bits = 4;
};

double magnitude_of(Op op, const OpRange& range, int steps, int step);

// The fourteen operations of RandAugment and TrivialAugment.
std::span<const Op> fourteen_ops();

}  // namespace goetia
