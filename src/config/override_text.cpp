#include "config/override_text.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/json.h"
#include "base/json_text.h"

namespace goetia {
namespace {

// A word that means text, and nothing else, wherever it stands in an override.
bool is_plain_word(const std::string& text) {
    if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) != 0) return false;
    if (!std::ranges::all_of(text, [](unsigned char c) {
            return std::isalnum(c) != 0 ||
                   std::string_view("_./-").find(static_cast<char>(c)) != std::string_view::npos;
        }))
        return false;
    std::string lower = text;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const char* word : {"true", "false", "null", "nan", "inf", "yes", "no", "on", "off", "."})
        if (lower == word) return false;
    return std::isalpha(static_cast<unsigned char>(text[0])) != 0 || text[0] == '/' || text[0] == '_';
}

std::string json_value_text(const Json& value) {
    if (value.is_string()) {
        const std::string text = value.get<std::string>();
        if (is_plain_word(text)) return text;
        std::string quoted = "'";
        for (const char letter : text)
            quoted += letter == '\'' || letter == '\\' ? std::string{'\\', letter} : std::string{letter};
        return quoted + "'";
    }
    if (value.is_object()) {
        std::string text;
        for (const auto& [key, one] : value.items())
            text += fmt::format("{}{}:{}", text.empty() ? "" : ",", key, json_value_text(one));
        return "{" + text + "}";
    }
    if (value.is_array()) {
        std::string text;
        for (const Json& one : value) text += (text.empty() ? "" : ",") + json_value_text(one);
        return "[" + text + "]";
    }
    return json_text(value);
}

}  // namespace

std::string override_text(const std::string& key, const Json& value) { return key + "=" + json_value_text(value); }

}  // namespace goetia
