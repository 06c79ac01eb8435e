// The parameters `padding`, `padding_mode` and `fill` of the steps that add a border.
#pragma once

#include "component/args.h"
#include "component/schema.h"
#include "imaging/kernels/geometry.h"
#include "imaging/sample.h"

namespace goetia {

struct Padding {
    Border border;
    PaddingMode mode = PaddingMode::kConstant;
    Colour fill{};
};

ParamBuilder padding_param();
ParamBuilder padding_mode_param();
ParamBuilder fill_param();

Result<Padding> padding_of(const Args& args);

// Mirroring needs an image at least as wide as the border; otherwise an Error.
Status pad(Sample& sample, const Border& border, const Padding& padding);

}  // namespace goetia
