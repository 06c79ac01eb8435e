#include "base/utf8.h"

#include <cstdint>

#include <fmt/format.h>

namespace goetia {

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<std::uint8_t>(text[i]);
        const std::size_t more = lead < 0x80   ? 0
                                 : lead < 0xC2 ? 4
                                 : lead < 0xE0 ? 1
                                 : lead < 0xF0 ? 2
                                 : lead < 0xF5 ? 3
                                               : 4;
        if (more == 4 || more >= text.size() - i) return i;
        for (std::size_t k = 1; k <= more; ++k) {
            const auto next = static_cast<std::uint8_t>(text[i + k]);
            const std::uint8_t low = k > 1 ? 0x80 : lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
            const std::uint8_t high = k > 1 ? 0xBF : lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
            if (next < low || next > high) return i;
        }
        i += more + 1;
    }
    return std::nullopt;
}

std::string escape_invalid_utf8(std::string_view text) {
    std::string shown;
    while (const auto bad = first_invalid_utf8(text)) {
        shown += text.substr(0, *bad);
        shown += fmt::format("\\x{:02X}", static_cast<std::uint8_t>(text[*bad]));
        text.remove_prefix(*bad + 1);
    }
    return shown.append(text);
}

}  // namespace goetia
