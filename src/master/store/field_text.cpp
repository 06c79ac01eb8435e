#include "master/store/field_text.h"

#include <charconv>
#include <cmath>

#include "base/json.h"
#include "base/json_text.h"

namespace goetia {
namespace {

void flatten_into(std::string& lines, const std::string& path, const Json& value, std::size_t& left) {
    if (value.is_object()) {
        for (const auto& [key, child] : value.items())
            flatten_into(lines, path.empty() ? key : path + "." + key, child, left);
        return;
    }
    if (left == 0 || value.is_null()) return;
    --left;
    if (value.is_boolean()) put_field(lines, path, value.get<bool>() ? "true" : "false");
    else if (value.is_number()) put_field(lines, path, value.get<double>());
    else if (value.is_string()) put_field(lines, path, value.get<std::string>());
    else put_field(lines, path, json_text(value));
}

// The text of a JSON string that may have escapes; empty when it is not one.
std::string unescaped(std::string_view quoted) {
    const Json parsed = Json::parse(quoted, nullptr, false);
    return parsed.is_string() ? parsed.get<std::string>() : std::string();
}

}  // namespace

void put_field(std::string& lines, std::string_view name, const ListValue& value) {
    if (std::holds_alternative<std::monostate>(value)) return;
    for (const char letter : name) lines += static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter;
    lines += '\t';
    if (const auto* number = std::get_if<double>(&value)) {
        char text[32];
        lines.append(text, std::to_chars(text, text + sizeof text, *number).ptr);
    } else {
        lines += json_text(Json(std::get<std::string>(value)));
    }
    lines += '\n';
}

ListValue field_value(std::string_view text) {
    if (text.size() >= 2 && text[0] == '"') {
        const bool is_plain = text.find('\\') == std::string_view::npos;
        return is_plain ? std::string(text.substr(1, text.size() - 2)) : unescaped(text);
    }
    double number = 0;
    const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault == std::errc() && stop == text.data() + text.size() && !text.empty()) return number;
    return std::monostate();
}

void each_field(std::string_view lines, const std::function<void(std::string_view, ListValue)>& on_field) {
    each_field_line(lines, [&](std::string_view name, std::string_view text) {
        ListValue value = field_value(text);
        if (value.index() != 0) on_field(name, std::move(value));
    });
}

std::string flattened(const Json& document, std::size_t most) {
    std::string lines;
    flatten_into(lines, "", document, most);
    return lines;
}

}  // namespace goetia
