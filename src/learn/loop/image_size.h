// Whether a model can take the images that its pipeline gives, found out before the first step.
#pragma once

#include "learn/components.h"

namespace goetia {

// Passes an empty image of the size of the first training image through the model. An Error where it cannot take that,
// and, for tasks with an answer for each place of the image, where the image is smaller than a cell of the smallest
// map.
Status check_image_size(Model& model, const Json& pipeline, const Dataset& data, const TransformRegistry& transforms,
                        torch::Device device);

}  // namespace goetia
