// Hugging Face's safetensors: a JSON header of names, types, shapes and places, then the tensors' bytes. Nothing in it
// can be run.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/result.h"
#include "weights/pth.h"
#include "weights/value.h"

namespace goetia {

// A mapping of names to tensors, in the header's order; views of one copy of the file. Refused: offsets that leave a
// hole, overlap or leave the file, names that come twice, and types that Tensor does not know (the 8-bit floats and
// unsigned 16 to 64 bits). The header's "__metadata__" is checked and passed over.
Result<Value> read_safetensors(const std::filesystem::path& path);

// The same bytes as the safetensors library writes. Tensors that share memory are written once each. Written beside,
// fsynced and renamed.
Result<WrittenFile> write_safetensors(const std::filesystem::path& path, const std::map<std::string, Tensor>& tensors,
                                      const std::map<std::string, std::string>& metadata = {{"format", "pt"}});

}  // namespace goetia
