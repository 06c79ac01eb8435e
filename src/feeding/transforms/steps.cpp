#include "feeding/transforms/steps.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/json.h"
#include "feeding/transforms/size.h"
#include "imaging/kernels/colour.h"
#include "imaging/kernels/resample.h"

namespace goetia {

ParamBuilder interpolation_param() {
    return text("interpolation", "How values between pixels are computed; masks always take the nearest")
        .one_of({"nearest", "bilinear"})
        .fallback("nearest");
}

ParamBuilder warp_fill_param() {
    return integers("fill", "The colour where the old image has no pixel: one level or [red, green, blue]")
        .length(3)
        .between(0, 255)
        .or_scalar()
        .fallback(0);
}

WarpStyle warp_style_of(const Args& args) {
    WarpStyle style;
    if (args.text("interpolation") == "bilinear") style.interpolation = Interpolation::kBilinear;
    const auto fill = args.list<int>("fill", 3);
    std::copy(fill.begin(), fill.end(), style.fill.begin());
    return style;
}

ParamBuilder key_point_pairs_param() {
    return integers("key_point_pairs",
                    "Key points that are each other's mirror image, numbered from 0, left and right in turn: "
                    "[1, 2, 3, 4] swaps 1 with 2 and 3 with 4")
        .at_least(0)
        .fallback(Json::array());
}

Result<KeyPointPairs> key_point_pairs_of(const Args& args) {
    const auto numbers = args.list<int>("key_point_pairs");
    if (numbers.size() % 2 != 0)
        return invalid("key_point_pairs needs an even number of entries, found {}; list left and right in turn",
                       numbers.size());
    KeyPointPairs pairs;
    for (std::size_t i = 0; i < numbers.size(); i += 2) pairs.emplace_back(numbers[i], numbers[i + 1]);
    return pairs;
}

Status check_mixable(const Sample& sample, const std::vector<Sample>& others) {
    GOETIA_TRY(needs_image(sample));
    if (sample.label >= 0 || !sample.values.empty())
        return invalid(
            "it mixes the objects of several images, but '{}' has {} for the whole image; use Mixup or CutMix "
            "(augmentation.train.batch_augments)",
            sample.name, sample.label >= 0 ? "a class" : "regression targets");
    for (const Sample& other : others) {
        GOETIA_TRY(needs_image(other));
        if (other.image.channels != sample.image.channels)
            return invalid("'{}' has {} channels, '{}' has {}; only images with equally many can be mixed", sample.name,
                           sample.image.channels, other.name, other.image.channels);
    }
    return {};
}

Status crop(Sample& sample, const Rect& rect) {
    GOETIA_TRY(crop_pixels(sample, rect));
    move_annotations(sample, crop_motion(rect));
    return {};
}

Status resize(Sample& sample, int width, int height) {
    const Motion motion = resize_motion(sample.image.width, sample.image.height, width, height);
    GOETIA_TRY(resize_pixels(sample, width, height));
    move_annotations(sample, motion);
    return {};
}

Status flip(Sample& sample, bool horizontal, const KeyPointPairs& pairs) {
    const Motion motion = flip_motion(sample.image.width, sample.image.height, horizontal);
    GOETIA_TRY(flip_pixels(sample, horizontal));
    move_annotations(sample, motion, pairs);
    return {};
}

Status pad(Sample& sample, const Border& border, PaddingMode mode, Colour fill) {
    const Motion motion = pad_motion(sample.image.width, sample.image.height, border, mode);
    GOETIA_TRY(pad_pixels(sample, border, mode, fill));
    move_annotations(sample, motion);
    return {};
}

Status warp(Sample& sample, const PointMap& to_source, const WarpStyle& style, const KeyPointPairs& pairs) {
    const int width = sample.image.width, height = sample.image.height;
    sample.image = warped(sample.image, to_source, width, height, style);
    move_annotations(sample, warp_motion(to_source, width, height), pairs);
    return {};
}

void paste(Sample& part, int left, int top, Sample& whole) {
    const int width = part.image.width, height = part.image.height;
    const auto copy = [&](const Image& from, Image& to) {
        if (from.pixels.empty() || to.pixels.empty()) return;  // one of them has no mask
        for (int y = 0; y < height; ++y)
            std::copy_n(from.pixels.begin() + static_cast<std::ptrdiff_t>(y) * width * from.channels,
                        static_cast<std::ptrdiff_t>(width) * from.channels,
                        to.pixels.begin() + (static_cast<std::ptrdiff_t>(top + y) * to.width + left) * to.channels);
    };
    copy(part.image, whole.image);
    copy(part.mask, whole.mask);
    move_annotations(part, pad_motion(width, height,
                                      {left, top, whole.image.width - left - width, whole.image.height - top - height},
                                      PaddingMode::kConstant));
    std::move(part.instances.begin(), part.instances.end(), std::back_inserter(whole.instances));
}

Result<std::array<double, 2>> rising_pair(const Args& args, const std::string& name) {
    const auto values = args.list<double>(name, 2);
    if (const std::string fault = range_fault(name, values); !fault.empty()) return invalid("{}", fault);
    return std::array<double, 2>{values[0], values[1]};
}

Result<std::array<double, 2>> range_about_zero(const Args& args, const std::string& name) {
    if (args.json().at(name).is_array()) return rising_pair(args, name);
    const double limit = std::abs(args.number(name));
    return std::array<double, 2>{-limit, limit};
}

}  // namespace goetia
