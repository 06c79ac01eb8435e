// Hugging Face's safetensors: a JSON header, then the tensors' bytes. Nothing in it can be run.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/result.h"
#include "weights/pth.h"
#include "weights/value.h"

namespace goetia {

struct Safetensors {
    std::map<std::string, Tensor> tensors;
    std::map<std::string, std::string> metadata;
};

// Views of one copy of the file. Refused: offsets that leave a hole, overlap or leave the file, and types that
// Tensor does not know (the 8-bit floats and unsigned 16 to 64 bits).
Result<Safetensors> read_safetensors(const std::filesystem::path& path);

// The same bytes as the safetensors library writes. Tensors that share memory are written once each. Written beside,
// fsynced and renamed.
Result<WrittenFile> write_safetensors(const std::filesystem::path& path, const std::map<std::string, Tensor>& tensors,
                                      const std::map<std::string, std::string>& metadata = {{"format", "pt"}});

}  // namespace goetia
