// Helpers of the transforms: checks of a step's position in the pipeline, common parameters, and operations on images
// with their annotations.
#pragma once

#include <array>
#include <memory>

#include "base/result.h"
#include "component/args.h"
#include "component/schema.h"
#include "feeding/transform.h"
#include "imaging/kernels/move.h"
#include "imaging/kernels/warp.h"
#include "imaging/workspace.h"

namespace goetia {

inline Status needs_image(const Sample& sample) {
    if (!sample.image.pixels.empty() || (sample.pending && sample.pending.normalization == nullptr)) return {};
    return make_error(Code::kInvalid, "there is no image to work on; put it after LoadImage and before ToTensor");
}

inline Status needs_planes(const Sample& sample) {
    if (!sample.planes.values.empty() || (sample.pending && sample.pending.normalization != nullptr)) return {};
    return make_error(Code::kInvalid, "there are no floats to work on yet; put it after ToTensor");
}

// For steps that mix objects of several images: these must have equally many channels, and no label or regression
// targets, which would hold for one of them only.
Status check_mixable(const Sample& sample, const std::vector<Sample>& others);

inline ParamBuilder prob_param(double probability) {
    return number("prob", "How often").between(0, 1).fallback(probability);
}

// A step on bytes that is applied with probability "prob".
class Sometimes : public Transform {
  public:
    explicit Sometimes(const Args& args) : probability_(args.number("prob")) {}

    Status apply(Sample& sample, Random& random) const final {
        GOETIA_TRY(needs_image(sample));
        return random.chance(probability_) ? change(sample, random) : Status{};
    }

  protected:
    virtual Status change(Sample& sample, Random& random) const = 0;

  private:
    double probability_;
};

// "interpolation" and "fill" of the steps that rotate, shear or deform the image.
ParamBuilder interpolation_param();
ParamBuilder warp_fill_param();
WarpStyle warp_style_of(const Args& args);

// "key_point_pairs" of the steps that may flip the image.
ParamBuilder key_point_pairs_param();
Result<KeyPointPairs> key_point_pairs_of(const Args& args);

// Each changes the image and moves its annotations.
Status crop(Sample& sample, const Rect& rect);
Status resize(Sample& sample, int width, int height);
Status flip(Sample& sample, bool horizontal, const KeyPointPairs& pairs = {});
Status pad(Sample& sample, const Border& border, PaddingMode mode = PaddingMode::kConstant, Colour fill = {});
Status warp(Sample& sample, const PointMap& to_source, const WarpStyle& style, const KeyPointPairs& pairs = {});

// Pastes the part's image, mask and objects at (left, top) of `whole`, which must contain it and have as many channels.
void paste(Sample& part, int left, int top, Sample& whole);

// A parameter [low, high]; refused when low > high.
Result<std::array<double, 2>> rising_pair(const Args& args, const std::string& name);

// The same, where a single number x stands for -x .. x.
Result<std::array<double, 2>> range_about_zero(const Args& args, const std::string& name);

}  // namespace goetia
