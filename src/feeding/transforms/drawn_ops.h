// The operations that AutoAugment, RandAugment, TrivialAugment and AugMix draw from; geometric ones move the
// annotations along.
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

// `magnitude`: the shear's slope, pixels, degrees, the factor less one, the bits kept, or the threshold.
Status apply_op(Sample& sample, Op op, double magnitude, const WarpStyle& style = {});

// Number `step` of `steps` that stand evenly between two ends, counted from the nearer one in single precision, rounded
// once: a magnitude that lies on the edge of rounding falls on the side where PyTorch's linspace puts it.
double evenly(double low, double high, int steps, int step);

// The bits that Posterize keeps: 8 at step 0, `fewest` at the last, halves rounded to even in single precision.
int bits_kept(int most, int fewest, int steps, int step);

// Of the image, by AutoAugment and RandAugment: learned on images of 331 pixels.
inline constexpr double kFarthestShift = 150.0 / 331;

// The strongest magnitudes of a family of policies; Translate in pixels of the given picture.
struct OpRange {
    double shear = 0.3;
    double translate_x = 0, translate_y = 0;
    double rotate = 30;
    double colour = 0.9;  // Brightness, Color, Contrast, Sharpness
    int most_bits = 8, fewest_bits = 4;
};

double magnitude_of(Op op, const OpRange& range, int steps, int step);

// The fourteen operations of RandAugment and TrivialAugment.
std::span<const Op> fourteen_ops();

}  // namespace goetia
