// Reads and writes PyTorch's .pth files without Python. Nothing in a file is executed: the reader knows the opcodes and
// the few globals that state dictionaries and checkpoints use, and refuses the rest by name.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "weights/value.h"

namespace goetia {

// Zip files (torch >= 1.6) and legacy ones. Tensors come back contiguous; tensors that shared a storage share memory.
Result<Value> read_pth(const std::filesystem::path& path);

struct WrittenFile {
    std::string sha256;
    std::uintmax_t bytes = 0;
};

// Writes a file for torch.load(path, weights_only=True), atomically. Dict, Tuple and List become dict, tuple and list.
// The same value gives the same bytes.
Result<WrittenFile> write_pth(const std::filesystem::path& path, const Value& value);

}  // namespace goetia
