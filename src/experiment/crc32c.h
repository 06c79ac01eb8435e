// CRC-32C (Castagnoli): the checksum of journal records and of TensorBoard's event files.
#pragma once

#include <cstdint>
#include <string_view>

namespace goetia {

// Of `bytes`, going on from `before` (the sum of what came earlier). Uses the processor's instruction where it has it.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

// The same by table alone, for machines without the instruction.
std::uint32_t crc32c_portable(std::string_view bytes, std::uint32_t before = 0);

}  // namespace goetia
