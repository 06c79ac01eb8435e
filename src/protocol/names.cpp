#include "protocol/names.h"

#include <algorithm>

#include "base/utf8.h"

namespace goetia {
namespace {

constexpr std::size_t kLongestStream = 200;
constexpr std::size_t kLongestIdentifier = 128;
constexpr std::ptrdiff_t kDeepestStream = 4;

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
}

bool is_path_part(std::string_view part) {
    return !part.empty() && part.front() != '.' && std::all_of(part.begin(), part.end(), is_word);
}

}  // namespace

bool is_stream_name(std::string_view name) {
    if (name.size() > kLongestStream || std::count(name.begin(), name.end(), '/') >= kDeepestStream) return false;
    for (std::size_t slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/')) {
        if (!is_path_part(name.substr(0, slash))) return false;
        name.remove_prefix(slash + 1);
    }
    return is_path_part(name);
}

bool is_sha256(std::string_view text) { return text.size() == 64 && is_hexadecimal(text); }

bool is_hexadecimal(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_identifier(std::string_view text) {
    return text.size() <= kLongestIdentifier && is_path_part(text) && text.front() != '-';
}

bool is_plain_text(std::string_view text) {
    const auto is_control = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
    };
    return std::none_of(text.begin(), text.end(), is_control) && !first_invalid_utf8(text);
}

}  // namespace goetia
