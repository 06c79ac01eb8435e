// Text files line by line, whatever editor wrote them: a byte-order mark, CRLF and surrounding blanks are ignored.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace goetia {

inline std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// The text without a leading byte-order mark.
inline std::string_view without_bom(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return text;
}

// The text as a number, where it is one and nothing else.
inline std::optional<std::int64_t> as_integer(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// Calls visit(line number from 1, trimmed line).
template <class Visit>
void for_each_line(std::string_view text, Visit&& visit) {
    text = without_bom(text);
    for (int line = 1; !text.empty(); ++line) {
        const std::size_t end = text.find('\n');
        visit(line, trimmed(text.substr(0, end)));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

}  // namespace goetia
