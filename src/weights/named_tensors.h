// Finds a model's weights in a loaded file, and reads and writes both formats by file extension.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/result.h"
#include "weights/pth.h"
#include "weights/value.h"

namespace goetia {

// The state dict in a loaded value: the value itself, or its entry "model" or "state_dict". A prefix "module." that all
// names share (DistributedDataParallel's) is removed.
Result<std::map<std::string, Tensor>> named_tensors(const Value& value);

// Files that end in .safetensors; anything else is taken as .pth.
bool is_safetensors_name(const std::filesystem::path& path);
Result<std::map<std::string, Tensor>> read_named_tensors(const std::filesystem::path& path);
Result<WrittenFile> write_named_tensors(const std::filesystem::path& path,
                                        const std::map<std::string, Tensor>& tensors);

}  // namespace goetia
