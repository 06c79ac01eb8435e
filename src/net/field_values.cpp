#include "net/field_values.h"

#include <charconv>

#include "base/json.h"

namespace goetia {
namespace {

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

Json typed(ParamType type, const std::string& text) {
    switch (type) {
        case ParamType::kBool: return text == "true" ? Json(true) : text == "false" ? Json(false) : Json(text);
        case ParamType::kInt:
            if (const auto number = whole_number<std::int64_t>(text)) return *number;
            return text;
        case ParamType::kFloat:
            if (const auto number = whole_number<double>(text)) return *number;
            return text;
        default: return text;
    }
}

Json typed_list(ParamType element, std::string_view text) {
    Json list = Json::array();
    while (!text.empty()) {
        const std::string_view one = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), one.size() + 1));
        list.push_back(typed(element, std::string(one)));
    }
    return list;
}

Json field_value(const Param* param, const std::string& text) {
    if (!param) return text;
    switch (param->type) {
        case ParamType::kIntList: return typed_list(ParamType::kInt, text);
        case ParamType::kFloatList: return typed_list(ParamType::kFloat, text);
        case ParamType::kStringList: return typed_list(ParamType::kString, text);
        default: return typed(param->type, text);
    }
}

}  // namespace

Json typed_fields(const Schema& schema, const std::vector<std::pair<std::string, std::string>>& texts,
                  const std::string& path, std::vector<Fault>& faults) {
    Json fields = Json::object();
    for (const auto& [name, text] : texts) {
        if (fields.contains(name)) {
            faults.push_back({.path = path + "." + name, .message = "given more than once"});
            continue;
        }
        fields[name] = field_value(schema.find(name), text);
    }
    return fields;
}

}  // namespace goetia
