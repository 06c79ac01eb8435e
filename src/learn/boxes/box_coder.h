// Box coders: how a head tells a box by four numbers relative to a place.
#pragma once

#include <ATen/core/Tensor.h>

#include "component/registry.h"

namespace goetia {

class BoxCoder {
  public:
    virtual ~BoxCoder() = default;
    // Boxes and places are [..., 4] of one shape, codes too.
    [[nodiscard]] virtual at::Tensor encode(const at::Tensor& boxes, const at::Tensor& places) const = 0;
    [[nodiscard]] virtual at::Tensor decode(const at::Tensor& codes, const at::Tensor& places) const = 0;
};

using BoxCoderRegistry = Registry<BoxCoder>;

}  // namespace goetia
