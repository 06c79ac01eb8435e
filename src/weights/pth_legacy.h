// Reads torch.save's format before 1.6: five pickles one after the other, then the storages' bytes. Some published
// weights still use it.
#pragma once

#include <span>

#include "base/result.h"
#include "weights/file_bytes.h"
#include "weights/value.h"

namespace goetia {

bool is_legacy_pth(std::span<const std::byte> file);
Result<Value> read_legacy_pth(std::span<const std::byte> file);

}  // namespace goetia
