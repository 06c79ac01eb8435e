// What the transforms share: the check that a step stands at a place where it has something to work on, and the
// parameters that many of them have.
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
    if (!sample.image.pixels.empty() || (sample.pending && sample.pending.levels == nullptr)) return {};
    return make_error(Code::kInvalid, "there is no image to work on; put it after LoadImage and before ToTensor");
}

inline Status needs_planes(const Sample& sample) {
    if (!sample.planes.values.empty() || (sample.pending && sample.pending.levels != nullptr)) return {};
    return make_error(Code::kInvalid, "there are no numbers to work on yet; put it after ToTensor");
}

// Of a step that mixes objects of several pictures: they must have equally many channels, and no label or numbers of
// the whole picture, which would hold for one of them only.
Status needs_pictures(const Sample& sample, const std::vector<Sample>& others);

inline ParamBuilder prob_param(double often) { return number("prob", "How often").between(0, 1).fallback(often); }

// A step over bytes that happens with probability "prob".
class Sometimes : public Transform {
  public:
    explicit Sometimes(const Args& args) : often_(args.number("prob")) {}

    Status apply(Sample& sample, Random& random) const final {
        GOETIA_TRY(needs_image(sample));
        return random.chance(often_) ? change(sample, random) : Status{};
    }

  protected:
    virtual Status change(Sample& sample, Random& random) const = 0;

  private:
    double often_;
};

// "interpolation" and "fill" of the steps that turn, shear or bend the picture.
ParamBuilder interpolation_param();
ParamBuilder warp_fill_param();
WarpStyle warp_style_of(const Args& args);

// "key_point_pairs" of the steps that may mirror the picture.
ParamBuilder key_point_pairs_param();
Result<KeyPointPairs> key_point_pairs_of(const Args& args);

// Each changes the picture and moves its annotations along.
Status crop(Sample& sample, const Rect& rect);
Status resize(Sample& sample, int width, int height);
Status flip(Sample& sample, bool horizontal, const KeyPointPairs& pairs = {});
Status pad(Sample& sample, const Border& border, PaddingMode mode = PaddingMode::kConstant, Colour fill = {});
Status warp(Sample& sample, const PointMap& to_old, const WarpStyle& style, const KeyPointPairs& pairs = {});

// The part's picture, mask and objects at (left, top) of the whole, which must hold it and have as many channels.
void lay(Sample& part, int left, int top, Sample& whole);

// A parameter [low, high]: its two numbers, refused when they fall.
Result<std::array<double, 2>> rising_pair(const Args& args, const std::string& name);

// The same, where one number x stands for -x .. x.
Result<std::array<double, 2>> range_about_zero(const Args& args, const std::string& name);

}  // namespace goetia
