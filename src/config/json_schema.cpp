#include "config/json_schema.h"

#include <algorithm>
#include <cmath>
#include <regex>

#include "base/json_text.h"
#include "base/nearest.h"
#include "config/node.h"
#include "config/scalars.h"

namespace goetia::config {
namespace {

bool has_type(const Json& value, const std::string& type) {
    if (type == "null") return value.is_null();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer")
        return value.is_number_integer() ||
               (value.is_number_float() && std::floor(value.get<double>()) == value.get<double>());
    if (type == "number") return value.is_number();
    if (type == "string") return value.is_string();
    if (type == "array") return value.is_array();
    return type == "object" && value.is_object();
}

bool has_any_type(const Json& value, const Json& type) {
    if (type.is_string()) return has_type(value, type.get<std::string>());
    return std::any_of(type.begin(), type.end(),
                       [&](const Json& one) { return has_type(value, one.get<std::string>()); });
}

// Equality in which 1 and 1.0 are the same.
bool same(const Json& a, const Json& b) { return a == b; }

std::string number_text(const Json& number) {
    return number.is_number_float() ? fmt::format("{}", number.get<double>()) : json_text(number);
}

std::string found_text(const Json& value) {
    if (value.is_object()) return "a mapping";
    if (value.is_array()) return value.empty() ? "an empty list" : "a list";
    return value.is_number_float() ? python_float(value.get<double>()) : json_text(value);
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string word(const Json& value) { return value.is_string() ? value.get<std::string>() : json_text(value); }

std::vector<std::string> words(const Json& values) {
    std::vector<std::string> list;
    for (const Json& value : values) list.push_back(word(value));
    return list;
}

std::string range_text(const Json& schema) {
    const bool open = schema.contains("exclusiveMinimum"), open_top = schema.contains("exclusiveMaximum");
    const std::string low = open                         ? "above " + number_text(schema["exclusiveMinimum"])
                            : schema.contains("minimum") ? number_text(schema["minimum"])
                                                         : "";
    const std::string high = open_top                     ? "below " + number_text(schema["exclusiveMaximum"])
                             : schema.contains("maximum") ? number_text(schema["maximum"])
                                                          : "";
    if (low.empty()) return high.empty() ? "" : open_top ? high : "at most " + high;
    if (high.empty()) return open ? low : "at least " + low;
    return fmt::format("{} {} {}", low, open ? "up to" : "to", high);
}

// The message for a number out of bounds, or empty.
std::string bound_fault(const Json& schema, double number) {
    if (!std::isfinite(number)) return "must be a finite number";
    if (schema.contains("minimum") && number < schema["minimum"].get<double>())
        return "must be at least " + number_text(schema["minimum"]);
    if (schema.contains("exclusiveMinimum") && number <= schema["exclusiveMinimum"].get<double>())
        return "must be above " + number_text(schema["exclusiveMinimum"]);
    if (schema.contains("maximum") && number > schema["maximum"].get<double>())
        return "must be at most " + number_text(schema["maximum"]);
    if (schema.contains("exclusiveMaximum") && number >= schema["exclusiveMaximum"].get<double>())
        return "must be below " + number_text(schema["exclusiveMaximum"]);
    if (schema.contains("multipleOf") && std::remainder(number, schema["multipleOf"].get<double>()) != 0)
        return "must be a multiple of " + number_text(schema["multipleOf"]);
    return {};
}

std::size_t letters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

bool matches(const std::string& text, const Json& pattern) {
    return std::regex_search(text, std::regex(pattern.get<std::string>(), std::regex::ECMAScript));
}

std::string text_fault(const Json& schema, const std::string& text) {
    if (schema.contains("minLength") && letters(text) < schema["minLength"].get<std::size_t>())
        return text.empty() ? "must not be empty"
                            : fmt::format("must have at least {} characters", json_text(schema["minLength"]));
    if (schema.contains("maxLength") && letters(text) > schema["maxLength"].get<std::size_t>())
        return fmt::format("must have at most {} characters", json_text(schema["maxLength"]));
    if (schema.contains("pattern") && !matches(text, schema["pattern"])) return "does not match the pattern";
    return {};
}

}  // namespace

std::string type_text(const Json& type) {
    if (type.is_array()) {
        std::string text;
        for (const Json& one : type) text += (text.empty() ? "" : one == "null" ? ", or " : " or ") + type_text(one);
        return text;
    }
    const auto name = type.get<std::string>();
    if (name == "boolean") return "true or false";
    if (name == "integer") return "a whole number";
    if (name == "number") return "a number";
    if (name == "string") return "text";
    if (name == "array") return "a list";
    return name == "object" ? "a mapping" : name;
}

const Json& JsonSchema::target(const std::string& reference) const {
    return reference == "#" ? root_ : root_.at(Json::json_pointer(reference.substr(1)));
}

Json JsonSchema::expanded(const Json& schema) const {
    if (!schema.is_object()) return schema;
    if (schema.contains("$ref")) return expanded(target(schema["$ref"].get<std::string>()));
    if (!schema.contains("allOf") || schema["allOf"].size() != 1) return schema;
    Json merged = expanded(schema["allOf"][0]);
    for (const auto& [key, value] : schema.items()) {
        if (key != "allOf") merged[key] = value;
    }
    return merged;
}

std::string JsonSchema::allowed_text(const Json& written) const {
    const Json schema = expanded(written);
    if (!schema.is_object()) return schema == Json(false) ? "nothing" : "anything";
    if (schema.contains("enum")) return "one of " + joined(words(schema["enum"]));
    if (schema.contains("const")) return word(schema["const"]);
    for (const char* several : {"oneOf", "anyOf"}) {
        if (!schema.contains(several)) continue;
        std::string text;
        for (const Json& option : schema[several]) text += (text.empty() ? "" : " or ") + allowed_text(option);
        return text;
    }
    std::string text = schema.contains("type") ? type_text(schema["type"]) : "anything";
    if (const std::string range = range_text(schema); !range.empty()) text += ", " + range;
    if (schema.contains("required") && schema.contains("type") && schema["type"] == "object")
        text += " with " + joined(words(schema["required"]));
    if (schema.contains("items") && schema["items"].is_object()) text += " of " + allowed_text(schema["items"]);
    if (schema.contains("minItems")) text += fmt::format(", at least {}", json_text(schema["minItems"]));
    if (schema.contains("pattern")) {
        const auto pattern = schema["pattern"].get<std::string>();
        const bool plain = pattern.starts_with('^') && pattern.ends_with('$') &&
                           pattern.find_first_of("([.*+?\\") == std::string::npos;
        text += plain ? fmt::format(" '{}'", pattern.substr(1, pattern.size() - 2)) : ", as " + pattern;
    }
    return text;
}

std::vector<Fault> JsonSchema::check(const Json& document) const {
    std::vector<Fault> faults;
    walk(root_, document, "", faults);
    return faults;
}

bool JsonSchema::fits(const Json& schema, const Json& value) const {
    std::vector<Fault> faults;
    walk(schema, value, "", faults);
    return faults.empty();
}

void JsonSchema::walk(const Json& schema, const Json& value, const std::string& path,
                      std::vector<Fault>& faults) const {
    const auto fault = [&](std::string message) {
        Fault entry{
            .path = path, .message = std::move(message), .found = found_text(value), .allowed = allowed_text(schema)};
        if (value.is_string() && schema.is_object() && schema.contains("enum"))
            entry.nearest = nearest_name(value.get<std::string>(), words(schema["enum"]));
        faults.push_back(std::move(entry));
    };
    if (schema.is_boolean()) {
        if (!schema.get<bool>()) fault("is not allowed");
        return;
    }
    if (schema.contains("$ref")) return walk(target(schema["$ref"].get<std::string>()), value, path, faults);
    if (value.is_string() && value == "???") return fault(fmt::format("has no value yet; give it with {}=VALUE", path));
    if (schema.contains("type") && !has_any_type(value, schema["type"]))
        return fault("must be " + type_text(schema["type"]));
    if (schema.contains("enum") &&
        std::none_of(schema["enum"].begin(), schema["enum"].end(), [&](const Json& one) { return same(one, value); }))
        return fault("is not one of the choices");
    if (schema.contains("const") && !same(schema["const"], value)) return fault("must be " + word(schema["const"]));
    if (value.is_number()) {
        if (std::string wrong = bound_fault(schema, value.get<double>()); !wrong.empty()) fault(std::move(wrong));
    } else if (value.is_string()) {
        if (std::string wrong = text_fault(schema, value.get<std::string>()); !wrong.empty()) fault(std::move(wrong));
    } else if (value.is_object()) {
        walk_object(schema, value, path, faults);
    } else if (value.is_array()) {
        walk_array(schema, value, path, faults);
    }
    walk_combined(schema, value, path, faults);
}

void JsonSchema::walk_object(const Json& schema, const Json& value, const std::string& path,
                             std::vector<Fault>& faults) const {
    static const Json kNone = Json::object();
    const Json& properties = schema.contains("properties") ? schema["properties"] : kNone;
    const Json& patterns = schema.contains("patternProperties") ? schema["patternProperties"] : kNone;
    std::vector<std::string> known;
    for (const auto& [key, property] : properties.items()) known.push_back(key);
    for (const auto& [key, item] : value.items()) {
        const std::string at = below(path, key, false);
        if (schema.contains("propertyNames") && !fits(schema["propertyNames"], Json(key))) {
            faults.push_back({.path = at,
                              .message = fmt::format("'{}' is not allowed as a key here", key),
                              .found = key,
                              .allowed = allowed_text(schema["propertyNames"])});
        }
        bool declared = properties.contains(key);
        if (declared) walk(properties[key], item, at, faults);
        for (const auto& [pattern, property] : patterns.items()) {
            if (!matches(key, Json(pattern))) continue;
            declared = true;
            walk(property, item, at, faults);
        }
        if (declared || !schema.contains("additionalProperties")) continue;
        const Json& others = schema["additionalProperties"];
        if (others != Json(false)) {
            walk(others, item, at, faults);
        } else {
            faults.push_back({.path = at,
                              .message = path.empty() ? fmt::format("there is no section '{}'", key)
                                                      : fmt::format("'{}' has no key '{}'", path, key),
                              .found = key,
                              .allowed = joined(known),
                              .nearest = nearest_name(key, known)});
        }
    }
    for (const Json& name : schema.contains("required") ? schema["required"] : Json::array()) {
        const auto key = name.get<std::string>();
        if (value.contains(key)) continue;
        faults.push_back({.path = below(path, key, false),
                          .message = path.empty() ? "this section is missing" : fmt::format("'{}' needs it", path),
                          .found = "nothing",
                          .allowed = properties.contains(key) ? allowed_text(properties[key]) : "anything"});
    }
    const auto size = value.size();
    if (schema.contains("minProperties") && size < schema["minProperties"].get<std::size_t>())
        faults.push_back({.path = path,
                          .message = fmt::format("must have at least {} keys", json_text(schema["minProperties"])),
                          .found = std::to_string(size)});
    if (schema.contains("maxProperties") && size > schema["maxProperties"].get<std::size_t>())
        faults.push_back({.path = path,
                          .message = fmt::format("must have at most {} keys", json_text(schema["maxProperties"])),
                          .found = std::to_string(size)});
    if (!schema.contains("dependencies")) return;
    for (const auto& [key, needed] : schema["dependencies"].items()) {
        if (!value.contains(key)) continue;
        if (!needed.is_array()) {
            walk(needed, value, path, faults);
            continue;
        }
        for (const Json& name : needed) {
            if (!value.contains(name.get<std::string>()))
                faults.push_back({.path = below(path, name.get<std::string>(), false),
                                  .message = fmt::format("'{}' needs it", below(path, key, false)),
                                  .found = "nothing"});
        }
    }
}

void JsonSchema::walk_array(const Json& schema, const Json& value, const std::string& path,
                            std::vector<Fault>& faults) const {
    const auto size = value.size();
    const auto fault = [&](std::string message) {
        faults.push_back({.path = path,
                          .message = std::move(message),
                          .found = fmt::format("{} items", size),
                          .allowed = allowed_text(schema)});
    };
    if (schema.contains("minItems") && size < schema["minItems"].get<std::size_t>())
        fault(fmt::format("must have at least {} items", json_text(schema["minItems"])));
    if (schema.contains("maxItems") && size > schema["maxItems"].get<std::size_t>())
        fault(fmt::format("must have at most {} items", json_text(schema["maxItems"])));
    if (schema.contains("uniqueItems") && schema["uniqueItems"] == Json(true)) {
        for (std::size_t i = 0; i < size; ++i) {
            if (std::find(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(i), value[i]) !=
                value.begin() + static_cast<std::ptrdiff_t>(i))
                fault(fmt::format("must not hold {} twice", json_text(value[i])));
        }
    }
    if (schema.contains("contains") &&
        std::none_of(value.begin(), value.end(), [&](const Json& item) { return fits(schema["contains"], item); }))
        fault("must contain an item of the required form");
    if (!schema.contains("items")) return;
    const Json& items = schema["items"];
    for (std::size_t i = 0; i < size; ++i) {
        const std::string at = below(path, std::to_string(i), true);
        if (!items.is_array()) walk(items, value[i], at, faults);
        else if (i < items.size()) walk(items[i], value[i], at, faults);
        else if (schema.contains("additionalItems")) walk(schema["additionalItems"], value[i], at, faults);
    }
}

void JsonSchema::walk_combined(const Json& schema, const Json& value, const std::string& path,
                               std::vector<Fault>& faults) const {
    for (const Json& part : schema.contains("allOf") ? schema["allOf"] : Json::array()) walk(part, value, path, faults);
    if (schema.contains("anyOf")) walk_any(schema["anyOf"], value, path, faults);
    if (schema.contains("oneOf")) {
        const auto fitting = std::count_if(schema["oneOf"].begin(), schema["oneOf"].end(),
                                           [&](const Json& one) { return fits(one, value); });
        if (fitting == 0) walk_any(schema["oneOf"], value, path, faults);
        if (fitting > 1)
            faults.push_back({.path = path,
                              .message = "matches more than one of the allowed forms",
                              .found = found_text(value),
                              .allowed = allowed_text(schema)});
    }
    if (schema.contains("not") && fits(schema["not"], value))
        faults.push_back({.path = path, .message = "has a form that is not allowed", .found = found_text(value)});
    if (schema.contains("if")) {
        const char* branch = fits(schema["if"], value) ? "then" : "else";
        if (schema.contains(branch)) walk(schema[branch], value, path, faults);
    }
}

// None matches: report what is wrong according to the option of the value's own type.
void JsonSchema::walk_any(const Json& options, const Json& value, const std::string& path,
                          std::vector<Fault>& faults) const {
    if (std::any_of(options.begin(), options.end(), [&](const Json& one) { return fits(one, value); })) return;
    for (const Json& option : options) {
        const Json schema = expanded(option);
        if (schema.is_object() && schema.contains("type") && has_any_type(value, schema["type"]))
            return walk(option, value, path, faults);
    }
    std::string allowed;
    for (const Json& option : options) allowed += (allowed.empty() ? "" : " or ") + allowed_text(option);
    faults.push_back({.path = path,
                      .message = "does not have one of the allowed forms",
                      .found = found_text(value),
                      .allowed = allowed});
}

void JsonSchema::fill(const Json& written, Json& value) const {
    const Json schema = expanded(written);
    if (!schema.is_object()) return;
    if (value.is_array() && schema.contains("items") && schema["items"].is_object()) {
        for (Json& item : value) fill(schema["items"], item);
    }
    if (!value.is_object() || !schema.contains("properties")) return;
    for (const auto& [key, property] : schema["properties"].items()) {
        if (!value.contains(key)) {
            const Json own = expanded(property);
            if (!own.is_object() || !own.contains("default")) continue;
            value[key] = own["default"];
        }
        fill(property, value[key]);
    }
}

}  // namespace goetia::config
