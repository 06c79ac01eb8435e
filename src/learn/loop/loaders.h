// The loaders of a run, as its document describes them.
#pragma once

#include <memory>

#include "feeding/loading/loader.h"
#include "learn/components.h"
#include "learn/loop/settings.h"
#include "learn/tensor.h"

namespace goetia {

// Both pipelines of `augmentation.train`: the usual one and, if there is a `closing`, that of the last epochs.
Result<std::unique_ptr<Loader>> train_loader(const Json& document, const Components& components,
                                             const std::shared_ptr<const Dataset>& data, const TrainSettings& settings,
                                             torch::Device device, int rank, int world);

// Reads `data` in its order, each sample once, through `pipeline`.
Result<std::unique_ptr<Loader>> evaluation_loader(const Json& pipeline, const Components& components,
                                                  const std::shared_ptr<const Dataset>& data,
                                                  const TrainSettings& settings, torch::Device device, int rank = 0,
                                                  int world = 1);

}  // namespace goetia
