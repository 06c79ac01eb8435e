// Writes a value as a pickle that torch.load(..., weights_only=True) accepts; tensors refer to their planned storages.
#pragma once

#include <string>

#include "base/result.h"
#include "weights/storage_plan.h"
#include "weights/value.h"

namespace goetia::pickle {

Result<std::string> write_pickle(const Value& value, const StoragePlan& plan);

}  // namespace goetia::pickle
