#include "config/value.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "base/json_text.h"
#include "config/scalars.h"
#include "config/value_lexer.h"

namespace goetia::config {
namespace {

// Cases in which only quotes help, not backslashes: "^" as in ${a:^}, characters beyond ASCII.
bool needs_quotes(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](unsigned char c) {
        const auto among = [c](std::string_view those) { return those.find(static_cast<char>(c)) != those.npos; };
        return c > 127 || !(std::isalnum(c) != 0 || c == '_' || among(kWordCharacters) || among(kEscapable));
    });
}

std::string escaped_text(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        if (kEscapable.find(c) != std::string_view::npos) escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::string quoted_text(const std::string& text, char quote) {
    std::string quoted(1, quote);
    std::size_t slashes = 0;
    for (const char c : text) {
        if (c == quote) quoted += std::string(slashes + 1, '\\');  // doubles the preceding ones, escapes this one
        slashes = c == '\\' ? slashes + 1 : 0;
        quoted += c;
    }
    return quoted + std::string(slashes, '\\') + quote;
}

std::string scalar_text(const Json& scalar, char quote) {
    if (scalar.is_null()) return "null";
    if (scalar.is_boolean()) return scalar.get<bool>() ? "True" : "False";
    if (!scalar.is_string()) return python_text(scalar);
    const auto& text = scalar.get_ref<const std::string&>();
    if (quote == 0 && needs_quotes(text)) quote = '\'';
    return quote != 0 ? quoted_text(text, quote) : escaped_text(text);
}

}  // namespace

Value Value::of(Json scalar, char quote) {
    Value value;
    value.scalar = std::move(scalar);
    value.quote = quote;
    return value;
}

Value Value::of(Sweep sweep) {
    Value value;
    value.kind = Kind::kSweep;
    value.sweep = std::make_shared<Sweep>(std::move(sweep));
    return value;
}

Json Value::to_json() const {
    if (kind == Kind::kScalar) return scalar;
    if (kind == Kind::kList) {
        Json list = Json::array();
        for (const Value& item : items) list.push_back(item.to_json());
        return list;
    }
    Json map = Json::object();
    for (const auto& [key, value] : entries)
        map[key.is_string()         ? key.get<std::string>()
            : key.is_number_float() ? python_float(key.get<double>())
                                    : json_text(key)] = value.to_json();
    return map;
}

namespace {

// In a list or map an empty text must be quoted.
std::string item_text(const Value& value) {
    std::string text = value_text(value);
    return text.empty() ? "''" : text;
}

}  // namespace

std::string value_text(const Value& value) {
    std::string text;
    switch (value.kind) {
        case Value::Kind::kScalar: return scalar_text(value.scalar, value.quote);
        case Value::Kind::kList:
            for (const Value& item : value.items) text += (text.empty() ? "" : ",") + item_text(item);
            return "[" + text + "]";
        case Value::Kind::kMap:
            for (const auto& [key, item] : value.entries)
                text += (text.empty() ? "" : ",") + scalar_text(key, 0) + ":" + item_text(item);
            return "{" + text + "}";
        case Value::Kind::kSweep: break;
    }
    return text;
}

}  // namespace goetia::config
