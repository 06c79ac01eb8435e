// A value as the pickle that torch.load(..., weights_only=True) accepts; tensors are named by their places.
#pragma once

#include <string>

#include "base/result.h"
#include "weights/storage_plan.h"
#include "weights/value.h"

namespace goetia::pickle {

Result<std::string> write_pickle(const Value& value, const StoragePlan& plan);

}  // namespace goetia::pickle
