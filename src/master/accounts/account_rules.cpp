#include "master/accounts/account_rules.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/utf8.h"
#include "protocol/names.h"

namespace goetia {
namespace {

constexpr std::size_t kShortestUserName = 5, kShortestPassword = 6, kLongestEmail = 254, kLongestNote = 1000;

bool is_upper(char32_t letter) { return letter >= 'A' && letter <= 'Z'; }
bool is_lower(char32_t letter) { return letter >= 'a' && letter <= 'z'; }
bool is_digit(char32_t letter) { return letter >= '0' && letter <= '9'; }

// The ideographs of Unicode: the first block, its extensions, and the zero.
bool is_chinese(char32_t letter) {
    return (letter >= 0x4E00 && letter <= 0x9FFF) || (letter >= 0x3400 && letter <= 0x4DBF) || letter == 0x3007 ||
           (letter >= 0x20000 && letter <= 0x323AF);
}

// The characters of valid UTF-8; none when it is not.
std::optional<std::u32string> characters_of(std::string_view text) {
    if (first_invalid_utf8(text)) return std::nullopt;
    std::u32string characters;
    for (const char one : text) {
        const auto byte = static_cast<unsigned char>(one);
        if (byte < 0x80) characters += byte;
        else if (byte < 0xC0) characters.back() = characters.back() << 6 | (byte & 0x3F);
        else characters += static_cast<char32_t>(byte < 0xE0 ? byte & 0x1F : byte < 0xF0 ? byte & 0x0F : byte & 0x07);
    }
    return characters;
}

}  // namespace

void check_user_name(std::string_view name, std::vector<Fault>& faults) {
    const auto add = [&](std::string message) {
        faults.push_back({.path = "name",
                          .message = std::move(message),
                          .found = escape_invalid_utf8(name.substr(0, 4 * kLongestUserName)),
                          .allowed = "at least 5 characters: digits, Chinese and English letters, underscores"});
    };
    const auto characters = characters_of(name);
    if (characters && characters->size() < kShortestUserName) add("the user name must have at least 5 characters");
    if (characters && characters->size() > kLongestUserName)
        add(fmt::format("the user name must have at most {} characters", kLongestUserName));
    const bool fits =
        characters && std::all_of(characters->begin(), characters->end(), [](char32_t letter) {
            return is_upper(letter) || is_lower(letter) || is_digit(letter) || letter == '_' || is_chinese(letter);
        });
    if (!fits) add("the user name may hold only digits, Chinese and English letters and underscores");
}

void check_password(std::string_view password, std::vector<Fault>& faults) {
    const auto add = [&](std::string message) {  // the password itself is told nobody
        faults.push_back({.path = "password",
                          .message = std::move(message),
                          .allowed = "at least 6 characters; at least two of upper case letters, lower case letters "
                                     "and digits"});
    };
    const auto characters = characters_of(password);
    if (!characters || password.find('\0') != std::string_view::npos) return add("the password is not a text");
    if (characters->size() < kShortestPassword) add("the password must have at least 6 characters");
    if (password.size() > kLongestPassword)
        add(fmt::format("the password must have at most {} bytes", kLongestPassword));
    const auto has = [&](bool (*kind)(char32_t)) {
        return std::any_of(characters->begin(), characters->end(), kind) ? 1 : 0;
    };
    if (has(is_upper) + has(is_lower) + has(is_digit) < 2)
        add("the password must hold at least two of upper case letters, lower case letters and digits");
}

void check_email(std::string_view email, std::vector<Fault>& faults) {
    if (email.empty()) return;
    const std::size_t at = email.find('@'), dot = email.rfind('.');
    const bool fits = email.size() <= kLongestEmail && is_plain_text(email) && at != 0 && at == email.rfind('@') &&
                      email.find_first_of(" \t\r\n<>\"(),:;\\") == std::string_view::npos && dot != email.npos &&
                      dot > at + 1 && dot + 1 < email.size();
    if (fits) return;
    faults.push_back({.path = "email",
                      .message = "not an e-mail address",
                      .found = escape_invalid_utf8(email.substr(0, kLongestEmail)),
                      .allowed = "name@example.com, or nothing"});
}

void check_note(std::string_view note, std::vector<Fault>& faults) {
    if (note.size() <= kLongestNote && is_plain_text(note)) return;
    faults.push_back({.path = "note",
                      .message = fmt::format("must be a text of at most {} bytes", kLongestNote),
                      .found = fmt::format("{} bytes", note.size()),
                      .allowed = "any text"});
}

}  // namespace goetia
