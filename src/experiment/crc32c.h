// CRC-32C (Castagnoli): the checksum of journal records and of TensorBoard's event files.
#pragma once

#include <cstdint>
#include <string_view>

namespace goetia {

// Of `bytes`, continuing from `before` (the sum of the preceding bytes). Uses the processor's instruction if available.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

// The same with lookup tables only, for processors without the instruction.
std::uint32_t crc32c_portable(std::string_view bytes, std::uint32_t before = 0);

}  // namespace goetia
