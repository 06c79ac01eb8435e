// Views of a storage as contiguous tensors.
#pragma once

#include "base/result.h"
#include "weights/value.h"

namespace goetia {

// `elements` numbers of `dtype` lie at `storage.data`. A contiguous view shares the memory, any other is copied.
// Every bound is checked: what reaches outside the storage is refused.
Result<Tensor> view_of(const Tensor& storage, DType dtype, std::int64_t elements, std::int64_t offset,
                       const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides);

}  // namespace goetia
