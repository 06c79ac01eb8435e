// safetensors files: a JSON header of names, types, shapes and places, then the numbers. Reading only looks and copies.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "weights/value.h"

namespace goetia {

// A mapping of names to tensors, in the header's order. Holes, overlaps and bytes that belong to no tensor are refused,
// as the format asks.
Result<Value> read_safetensors(const std::filesystem::path& path);

}  // namespace goetia
