// A sample of a data set as people see it: the whole image, with its annotations, before any step of the pipeline.
#pragma once

#include "datasets/dataset.h"
#include "feeding/transform.h"

namespace goetia {

Result<Sample> loaded_sample(const Dataset& data, const TransformRegistry& transforms, std::int64_t index);

}  // namespace goetia
