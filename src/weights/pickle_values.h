// Converts a parsed pickle to values: dicts, lists and tensors over the storages' bytes.
#pragma once

#include <functional>

#include "base/result.h"
#include "weights/file_bytes.h"
#include "weights/pickle_reader.h"

namespace goetia::pickle {

using StorageSource = std::function<Result<OwnedBytes>(const StorageNode& storage)>;

// `file_bytes` bounds the memory that a small file can claim through expanded tensors or values shared many times.
Result<Value> to_value(const Pickle& pickle, const StorageSource& storages, std::size_t file_bytes);

}  // namespace goetia::pickle
