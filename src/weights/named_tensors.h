// A model's weights out of whatever a file holds, and files of either format by their ending.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/result.h"
#include "weights/pth.h"
#include "weights/value.h"

namespace goetia {

// The state dict in a loaded value: the value itself, or what lies under "model" or "state_dict". A "module." that all
// names begin with (DistributedDataParallel's) is left out.
Result<std::map<std::string, Tensor>> named_tensors(const Value& value);

// A .safetensors file by its ending, anything else as .pth.
bool is_safetensors_name(const std::filesystem::path& path);
Result<std::map<std::string, Tensor>> read_named_tensors(const std::filesystem::path& path);
Result<WrittenFile> write_named_tensors(const std::filesystem::path& path,
                                        const std::map<std::string, Tensor>& tensors);

}  // namespace goetia
