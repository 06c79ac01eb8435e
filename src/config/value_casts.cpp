// int(), float(), str(), bool() and json_str(), applied to a value, to each element of a list or map, or to a sweep.
#include <algorithm>
#include <cmath>

#include "config/scalars.h"
#include "config/value_functions.h"

namespace goetia::config {
namespace {

using Cast = Result<Json> (*)(const Json&);

std::string trimmed(const std::string& text) {
    const std::size_t start = text.find_first_not_of(" \t");
    return start == std::string::npos ? "" : text.substr(start, text.find_last_not_of(" \t") - start + 1);
}

Result<Json> to_int(const Json& value) {
    if (value.is_boolean()) return Json(value.get<bool>() ? 1 : 0);
    if (value.is_number_integer()) return value;
    if (value.is_number_float()) {
        const double number = std::trunc(value.get<double>());
        if (!(std::abs(number) < 9.2e18)) return invalid("int() cannot hold {}", python_text(value));
        return Json(static_cast<std::int64_t>(number));
    }
    if (value.is_string()) {
        const std::string text = trimmed(value.get<std::string>());
        const std::string digits = text.substr(!text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0);
        if (!digits.empty() && digits.find_first_not_of("0123456789_") == std::string::npos && digits[0] != '_' &&
            digits.back() != '_' && digits.find("__") == std::string::npos) {
            if (auto number = plain_integer(text)) return *number;
        }
    }
    return invalid("int() cannot convert '{}' to a whole number", python_text(value));
}

Result<Json> to_float(const Json& value) {
    if (is_number(value)) return Json(as_double(value));
    if (value.is_string()) {
        std::string text = trimmed(value.get<std::string>());
        if (text.find("__") == std::string::npos) std::erase(text, '_');
        char* end = nullptr;
        const double number = std::strtod(text.c_str(), &end);
        if (!text.empty() && *end == '\0' && text.find_first_of("xX") == std::string::npos) return Json(number);
    }
    return invalid("float() cannot convert '{}' to a number", python_text(value));
}

Result<Json> to_str(const Json& value) {
    if (value.is_null()) return invalid("str() does not accept null");
    if (value.is_boolean()) return Json(value.get<bool>() ? "true" : "false");
    return Json(python_text(value));
}

Result<Json> to_bool(const Json& value) {
    if (value.is_null()) return Json(false);
    if (is_number(value)) return Json(as_double(value) != 0);
    std::string text = value.get<std::string>();
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    if (text == "true") return Json(true);
    if (text == "false") return Json(false);
    return invalid("bool() takes true or false, found '{}'", value.get<std::string>());
}

Result<Value> cast_value(const Value& value, Cast cast, const std::string& name) {
    Value made = value;
    switch (value.kind) {
        case Value::Kind::kScalar: {
            GOETIA_ASSIGN(made.scalar, cast(value.scalar));
            made.quote = 0;
            return made;
        }
        case Value::Kind::kList:
            for (Value& item : made.items) {
                GOETIA_ASSIGN(item, cast_value(item, cast, name));
            }
            return made;
        case Value::Kind::kMap:
            for (auto& [key, item] : made.entries) {
                GOETIA_ASSIGN(item, cast_value(item, cast, name));
            }
            return made;
        case Value::Kind::kSweep: break;
    }
    Sweep sweep = *value.sweep;
    if (sweep.kind == Sweep::Kind::kGlob) return invalid("{}() cannot cast glob()", name);
    if (sweep.kind != Sweep::Kind::kChoice && name != "int" && name != "float")
        return invalid("{}() cannot cast a range or an interval; int() and float() can", name);
    for (Value& choice : sweep.choices) {
        GOETIA_ASSIGN(choice, cast_value(choice, cast, name));
    }
    for (Json* number : {&sweep.start, &sweep.stop, &sweep.step}) {
        if (number->is_null()) continue;
        GOETIA_ASSIGN(*number, cast(*number));
    }
    sweep.shuffled = false;
    return Value::of(std::move(sweep));
}

Result<Value> call_cast(Call& call, Cast cast) {
    std::vector<Value> arguments = std::move(call.positional);
    for (auto& [name, value] : call.named) {
        if (name != "value" || !arguments.empty()) return invalid("{}() takes one value", call.name);
        arguments.push_back(std::move(value));
    }
    if (arguments.empty()) return invalid("{}() needs a value", call.name);
    if (arguments.size() == 1) return cast_value(arguments[0], cast, call.name);
    return cast_value(Value::of(Sweep{.choices = std::move(arguments), .simple = true}), cast, call.name);
}

}  // namespace

Result<Value> call_bool(Call& call) { return call_cast(call, to_bool); }
Result<Value> call_float(Call& call) { return call_cast(call, to_float); }
Result<Value> call_int(Call& call) { return call_cast(call, to_int); }
Result<Value> call_str(Call& call) { return call_cast(call, to_str); }

Result<Value> call_json_str(Call& call) {
    if (call.positional.size() != 1 || !call.named.empty()) return invalid("json_str() takes one value");
    if (call.positional[0].kind == Value::Kind::kSweep) return invalid("json_str() cannot cast a sweep");
    std::string text;
    // Python's json.dumps writes a space after each comma and colon.
    const Json json = call.positional[0].to_json();
    const auto write = [&text](const auto& self, const Json& value) -> void {
        if (!value.is_structured()) {
            text += value.dump(-1, ' ', true);
            return;
        }
        text += value.is_array() ? "[" : "{";
        bool first = true;
        for (const auto& [key, item] : value.items()) {
            if (!first) text += ", ";
            first = false;
            if (value.is_object()) text += Json(key).dump(-1, ' ', true) + ": ";
            self(self, item);
        }
        text += value.is_array() ? "]" : "}";
    };
    write(write, json);
    return Value::of(Json(text));
}

}  // namespace goetia::config
