// The functions of the override grammar: casts, sweeps, and what orders or tags them.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/nearest.h"
#include "base/random.h"
#include "config/decimal.h"
#include "config/override_grammar.h"
#include "config/scalars.h"

namespace goetia::config {
namespace {

using Cast = Result<Json> (*)(const Json&);

bool is_number(const Json& value) { return value.is_number() || value.is_boolean(); }  // as Python counts

double as_double(const Json& value) {
    return value.is_boolean() ? (value.get<bool>() ? 1.0 : 0.0) : value.get<double>();
}

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
    return invalid("int() cannot make a whole number of '{}'", python_text(value));
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
    return invalid("float() cannot make a number of '{}'", python_text(value));
}

Result<Json> to_str(const Json& value) {
    if (value.is_null()) return invalid("str() cannot be given null");
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

// The arguments of one call, checked as a signature would: names known, none twice, none missing.
class Arguments {
  public:
    Arguments(Call& call, std::vector<std::string> names) : call_(call), names_(std::move(names)) {}

    Status bind(std::size_t required) {
        if (call_.positional.size() > names_.size())
            return invalid("{}() takes at most {} arguments, found {}", call_.name, names_.size(),
                           call_.positional.size());
        for (std::size_t i = 0; i < call_.positional.size(); ++i) bound_[names_[i]] = call_.positional[i];
        for (auto& [name, value] : call_.named) {
            if (std::find(names_.begin(), names_.end(), name) == names_.end())
                return invalid("{}() has no argument '{}'", call_.name, name);
            if (!bound_.emplace(name, value).second) return invalid("{}() was given '{}' twice", call_.name, name);
        }
        for (std::size_t i = 0; i < required; ++i) {
            if (!bound_.contains(names_[i])) return invalid("{}() needs '{}'", call_.name, names_[i]);
        }
        return {};
    }

    [[nodiscard]] const Value* get(const std::string& name) const {
        const auto found = bound_.find(name);
        return found == bound_.end() ? nullptr : &found->second;
    }

    [[nodiscard]] Result<Json> number(const std::string& name) const {
        const Value* value = get(name);
        if (value->kind != Value::Kind::kScalar || !is_number(value->scalar))
            return invalid("{}() needs a number as '{}', found {}", call_.name, name, value_text(*value));
        if (value->scalar.is_boolean()) return Json(value->scalar.get<bool>() ? 1 : 0);
        return value->scalar;
    }

  private:
    Call& call_;
    std::vector<std::string> names_;
    std::map<std::string, Value> bound_;
};

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

Result<Value> call_json_str(Call& call) {
    if (call.positional.size() != 1 || !call.named.empty()) return invalid("json_str() takes one value");
    if (call.positional[0].kind == Value::Kind::kSweep) return invalid("json_str() cannot cast a sweep");
    std::string text;
    // Python's json.dumps puts a space after each comma and colon.
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

Result<Value> call_choice(Call& call) {
    if (!call.named.empty()) return invalid("choice() has no argument '{}'", call.named[0].first);
    if (call.positional.empty()) return invalid("choice() needs at least one value");
    if (call.positional.size() == 1 && call.positional[0].kind == Value::Kind::kSweep) {
        Sweep sweep = *call.positional[0].sweep;
        if (sweep.kind != Sweep::Kind::kChoice || !sweep.simple) return invalid("choice() cannot hold another sweep");
        sweep.simple = false;
        return Value::of(std::move(sweep));
    }
    for (const Value& value : call.positional) {
        if (value.kind == Value::Kind::kSweep) return invalid("choice() cannot hold another sweep");
        if (value.kind == Value::Kind::kScalar && value.scalar.is_null()) return invalid("choice() cannot hold null");
    }
    for (Value& value : call.positional) value.quote = 0;
    return Value::of(Sweep{.choices = std::move(call.positional)});
}

Result<Value> call_range(Call& call) {
    Arguments arguments(call, {"start", "stop", "step"});
    GOETIA_TRY(arguments.bind(1));
    Sweep sweep{.kind = Sweep::Kind::kRange, .start = 0, .step = 1};
    if (arguments.get("stop") != nullptr) {
        GOETIA_ASSIGN(sweep.start, arguments.number("start"));
        GOETIA_ASSIGN(sweep.stop, arguments.number("stop"));
    } else {
        GOETIA_ASSIGN(sweep.stop, arguments.number("start"));
    }
    if (arguments.get("step") != nullptr) {
        GOETIA_ASSIGN(sweep.step, arguments.number("step"));
    }
    return Value::of(std::move(sweep));
}

Result<Value> call_interval(Call& call) {
    Arguments arguments(call, {"start", "end"});
    GOETIA_TRY(arguments.bind(2));
    Sweep sweep{.kind = Sweep::Kind::kInterval};
    GOETIA_ASSIGN(const Json start, arguments.number("start"));
    GOETIA_ASSIGN(const Json end, arguments.number("end"));
    sweep.start = start.get<double>();
    sweep.stop = end.get<double>();
    return Value::of(std::move(sweep));
}

Result<std::vector<std::string>> texts_of(const Value* value, const std::string& name) {
    if (value == nullptr || (value->kind == Value::Kind::kScalar && value->scalar.is_null()))
        return std::vector<std::string>{};
    if (value->is_text()) return std::vector<std::string>{value->scalar.get<std::string>()};
    std::vector<std::string> texts;
    for (const Value& item : value->items) {
        if (!item.is_text()) return invalid("glob() needs text in '{}'", name);
        texts.push_back(item.scalar.get<std::string>());
    }
    if (value->kind != Value::Kind::kList) return invalid("glob() needs text or a list of texts as '{}'", name);
    return texts;
}

Result<Value> call_glob(Call& call) {
    Arguments arguments(call, {"include", "exclude"});
    GOETIA_TRY(arguments.bind(1));
    Sweep sweep{.kind = Sweep::Kind::kGlob};
    GOETIA_ASSIGN(sweep.include, texts_of(arguments.get("include"), "include"));
    GOETIA_ASSIGN(sweep.exclude, texts_of(arguments.get("exclude"), "exclude"));
    return Value::of(std::move(sweep));
}

// tag(a, b, sweep): the tags are for people and other sweepers; the sweep stays as it is.
Result<Value> call_tag(Call& call) {
    std::vector<Value> arguments = std::move(call.positional);
    for (auto& [name, value] : call.named) {
        if (name != "sweep") return invalid("tag() has no argument '{}'", name);
        arguments.push_back(std::move(value));
    }
    if (arguments.empty() || arguments.back().kind != Value::Kind::kSweep)
        return invalid("tag() needs a choice(), range() or interval() as its last argument");
    for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
        if (!arguments[i].is_text()) return invalid("tag() needs text as a tag, found {}", value_text(arguments[i]));
    }
    return std::move(arguments.back());
}

Status sort_values(std::vector<Value>& values, bool reverse) {
    const bool numbers = std::all_of(values.begin(), values.end(), [](const Value& v) {
        return v.kind == Value::Kind::kScalar && is_number(v.scalar);
    });
    const bool texts = std::all_of(values.begin(), values.end(), [](const Value& v) { return v.is_text(); });
    if (!numbers && !texts) return invalid("sort() needs all numbers or all texts");
    const auto less = [&](const Value& a, const Value& b) {
        return numbers ? as_double(a.scalar) < as_double(b.scalar)
                       : a.scalar.get_ref<const std::string&>() < b.scalar.get_ref<const std::string&>();
    };
    std::stable_sort(values.begin(), values.end(),
                     [&](const Value& a, const Value& b) { return reverse ? less(b, a) : less(a, b); });
    return {};
}

Json sum(const Json& a, const Json& b, int sign) {
    if (a.is_number_integer() && b.is_number_integer()) return a.get<std::int64_t>() + sign * b.get<std::int64_t>();
    return a.get<double>() + sign * b.get<double>();
}

Json negated(const Json& a) { return a.is_number_integer() ? Json(-a.get<std::int64_t>()) : Json(-a.get<double>()); }

// The same numbers the other way round.
void sort_range(Sweep& range, bool reverse) {
    const double start = range.start.get<double>(), stop = range.stop.get<double>();
    if (reverse ? start >= stop : start <= stop) return;
    const Json size = range.step.get<double>() < 0 ? negated(range.step) : range.step;
    const Json first = sum(range.stop, size, reverse ? -1 : 1);
    range.stop = sum(range.start, size, reverse ? -1 : 1);
    range.start = first;
    range.step = negated(range.step);
}

Result<Value> call_sort(Call& call) {
    bool reverse = false;
    std::vector<Value> arguments = std::move(call.positional);
    for (auto& [name, value] : call.named) {
        if (name == "reverse" && value.kind == Value::Kind::kScalar && value.scalar.is_boolean())
            reverse = value.scalar.get<bool>();
        else if ((name == "sweep" || name == "list") && arguments.empty()) arguments.push_back(std::move(value));
        else return invalid("sort() takes values and 'reverse' (true or false), found '{}'", name);
    }
    if (arguments.empty()) return invalid("sort() needs something to sort");
    if (arguments.size() > 1) {
        Sweep sweep{.choices = std::move(arguments), .simple = true};
        GOETIA_TRY(sort_values(sweep.choices, reverse));
        return Value::of(std::move(sweep));
    }
    Value& only = arguments[0];
    if (only.kind == Value::Kind::kList) {
        GOETIA_TRY(sort_values(only.items, reverse));
    } else if (only.kind == Value::Kind::kSweep) {
        Sweep sweep = *only.sweep;
        if (sweep.kind == Sweep::Kind::kChoice) {
            GOETIA_TRY(sort_values(sweep.choices, reverse));
        } else if (sweep.kind == Sweep::Kind::kRange) {
            sort_range(sweep, reverse);
        } else {
            return invalid("sort() cannot sort an interval or a glob");
        }
        return Value::of(std::move(sweep));
    }
    return only;
}

Result<Value> call_shuffle(Call& call) {
    std::vector<Value> arguments = std::move(call.positional);
    for (auto& [name, value] : call.named) {
        if ((name != "sweep" && name != "list") || !arguments.empty())
            return invalid("shuffle() takes values, a list or a sweep, found '{}'", name);
        arguments.push_back(std::move(value));
    }
    if (arguments.size() != 1)
        return Value::of(Sweep{.choices = std::move(arguments), .simple = true, .shuffled = true});
    Value& only = arguments[0];
    if (only.kind == Value::Kind::kSweep) {
        if (only.sweep->kind == Sweep::Kind::kInterval || only.sweep->kind == Sweep::Kind::kGlob)
            return invalid("shuffle() cannot shuffle an interval or a glob");
        Sweep sweep = *only.sweep;
        sweep.shuffled = true;
        return Value::of(std::move(sweep));
    }
    if (only.kind != Value::Kind::kList) {
        Value list;
        list.kind = Value::Kind::kList;
        list.items.push_back(std::move(only));
        return list;
    }
    // The same override gives the same order, so a sweep can be told again.
    std::vector<std::int64_t> order(only.items.size());
    std::iota(order.begin(), order.end(), 0);
    Random random({.purpose = purpose("shuffle" + value_text(only))});
    random.shuffle(order);
    Value shuffled;
    shuffled.kind = Value::Kind::kList;
    for (const std::int64_t i : order) shuffled.items.push_back(only.items[static_cast<std::size_t>(i)]);
    return shuffled;
}

}  // namespace

Result<Value> evaluate(Call call) {
    static const std::map<std::string, Result<Value> (*)(Call&)> kFunctions{
        {"bool", [](Call& c) { return call_cast(c, to_bool); }},
        {"choice", call_choice},
        {"float", [](Call& c) { return call_cast(c, to_float); }},
        {"glob", call_glob},
        {"int", [](Call& c) { return call_cast(c, to_int); }},
        {"interval", call_interval},
        {"json_str", call_json_str},
        {"range", call_range},
        {"shuffle", call_shuffle},
        {"sort", call_sort},
        {"str", [](Call& c) { return call_cast(c, to_str); }},
        {"tag", call_tag},
    };
    if (const auto found = kFunctions.find(call.name); found != kFunctions.end()) return found->second(call);
    std::vector<std::string> names;
    std::string known;
    for (const auto& [name, function] : kFunctions) {
        names.push_back(name);
        known += (known.empty() ? "" : ", ") + name;
    }
    const std::string near = nearest_name(call.name, names);
    return invalid("there is no function '{}'{}; known: {}", call.name,
                   near.empty() ? "" : fmt::format(", did you mean '{}'?", near), known);
}

Result<std::vector<Value>> range_values(const Sweep& range) {
    static constexpr std::size_t kMost = 100'000;
    const auto too_many = [] { return invalid("range() gives more than {} values", kMost); };
    std::vector<Value> values;
    if (range.step.get<double>() == 0) return invalid("range() needs a step other than 0");
    if (range.start.is_number_integer() && range.stop.is_number_integer() && range.step.is_number_integer()) {
        const auto stop = range.stop.get<std::int64_t>(), step = range.step.get<std::int64_t>();
        for (auto at = range.start.get<std::int64_t>(); step > 0 ? at < stop : at > stop; at += step) {
            if (values.size() == kMost) return too_many();
            values.push_back(Value::of(at));
        }
        return values;
    }
    for (const Json* number : {&range.start, &range.stop, &range.step}) {
        if (!std::isfinite(number->get<double>()))
            return invalid("range() needs finite numbers, found {}", python_text(*number));
    }
    const Decimal stop(range.stop.get<double>()), step(range.step.get<double>());
    const int ahead = range.step.get<double>() > 0 ? -1 : 1;
    for (Decimal at(range.start.get<double>()); at.compare(stop) == ahead; at = at.plus(step)) {
        if (values.size() == kMost) return too_many();
        values.push_back(Value::of(at.to_double()));
    }
    return values;
}

}  // namespace goetia::config
