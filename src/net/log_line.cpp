#include "net/log_line.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace goetia {

std::string one_log_line(std::string_view text) {
    std::string line;
    for (const char letter : escape_invalid_utf8(text)) {
        const auto byte = static_cast<unsigned char>(letter);
        line += byte < 0x20 || byte == 0x7f ? fmt::format("\\x{:02X}", byte) : std::string(1, letter);
    }
    return line;
}

}  // namespace goetia
