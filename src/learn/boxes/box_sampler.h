// Box samplers: which places of an assignment a step learns from.
#pragma once

#include <ATen/core/Tensor.h>

#include "component/registry.h"

namespace goetia {

struct SampledPlaces {
    at::Tensor positive;  // int64, rising: places that are to find an object
    at::Tensor negative;  // int64, rising: places that are to find nothing
};

class BoxSampler {
  public:
    virtual ~BoxSampler() = default;
    // `objects` of an Assignment, and float [places], the loss of each place's class; undefined if it is not asked.
    [[nodiscard]] virtual SampledPlaces sample(const at::Tensor& objects, const at::Tensor& losses) const = 0;
    // Whether `losses` must be there.
    [[nodiscard]] virtual bool reads_losses() const { return false; }
};

using BoxSamplerRegistry = Registry<BoxSampler>;

}  // namespace goetia
