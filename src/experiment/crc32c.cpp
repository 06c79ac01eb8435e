#include "experiment/crc32c.h"

#include <array>
#include <cstring>

namespace goetia {
namespace {

using Tables = std::array<std::array<std::uint32_t, 256>, 4>;

// Four tables, to process four bytes at a time.
constexpr Tables make_tables() {
    Tables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t sum = byte;
        for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ ((sum & 1U) != 0 ? 0x82F63B78U : 0U);
        tables[0][byte] = sum;
    }
    for (std::size_t byte = 0; byte < 256; ++byte) {
        for (std::size_t table = 1; table < tables.size(); ++table) {
            const std::uint32_t sum = tables[table - 1][byte];
            tables[table][byte] = (sum >> 8) ^ tables[0][sum & 0xFFU];
        }
    }
    return tables;
}

constexpr Tables kTables = make_tables();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32c_instruction(std::string_view bytes, std::uint32_t before) {
    std::uint64_t sum = ~before;
    while (bytes.size() >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), sizeof word);
        sum = __builtin_ia32_crc32di(sum, word);
        bytes.remove_prefix(8);
    }
    auto rest = static_cast<std::uint32_t>(sum);
    for (const char c : bytes) rest = __builtin_ia32_crc32qi(rest, static_cast<unsigned char>(c));
    return ~rest;
}
#endif

}  // namespace

std::uint32_t crc32c_portable(std::string_view bytes, std::uint32_t before) {
    std::uint32_t sum = ~before;
    const auto at = [&bytes](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]));
    };
    while (bytes.size() >= 4) {
        sum ^= at(0) | at(1) << 8 | at(2) << 16 | at(3) << 24;
        sum = kTables[3][sum & 0xFFU] ^ kTables[2][sum >> 8 & 0xFFU] ^ kTables[1][sum >> 16 & 0xFFU] ^
              kTables[0][sum >> 24];
        bytes.remove_prefix(4);
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) sum = (sum >> 8) ^ kTables[0][(sum ^ at(i)) & 0xFFU];
    return ~sum;
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) return crc32c_instruction(bytes, before);
#endif
    return crc32c_portable(bytes, before);
}

}  // namespace goetia
