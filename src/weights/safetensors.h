// Reads and writes Hugging Face's safetensors: a JSON header of names, types, shapes and offsets, then the tensors'
// bytes. The format holds no code.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/result.h"
#include "weights/pth.h"
#include "weights/value.h"

namespace goetia {

// A mapping of names to tensors, in the header's order, as views of one copy of the file. Refused: gaps, overlaps and
// offsets outside the file, duplicate names, and types that Tensor lacks (8-bit floats and unsigned 16 to 64 bits). The
// header's "__metadata__" is checked and ignored.
Result<Value> read_safetensors(const std::filesystem::path& path);

// Writes the same bytes as the safetensors library, atomically. Tensors that share memory are each written in full.
Result<WrittenFile> write_safetensors(const std::filesystem::path& path, const std::map<std::string, Tensor>& tensors,
                                      const std::map<std::string, std::string>& metadata = {{"format", "pt"}});

}  // namespace goetia
