// What the transforms share: the check that a step stands at a place where it has something to work on.
#pragma once

#include "base/result.h"
#include "data/transform.h"

namespace goetia {

inline Status needs_image(const Sample& sample) {
    if (!sample.image.pixels.empty()) return {};
    return make_error(Code::kInvalid, "there is no image to work on; put it after LoadImage and before ToTensor");
}

inline Status needs_planes(const Sample& sample) {
    if (!sample.planes.values.empty()) return {};
    return make_error(Code::kInvalid, "there are no numbers to work on yet; put it after ToTensor");
}

}  // namespace goetia
