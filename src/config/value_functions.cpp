#include "config/value_functions.h"

#include <algorithm>
#include <map>

#include "base/nearest.h"
#include "config/scalars.h"

namespace goetia::config {
namespace {

// Binds the arguments of a call to its parameters: names must be known, none given twice, none missing.
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

// tag(a, b, sweep): the sweep keeps the tags for the search; a grid does not look at them.
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
    Sweep sweep = *arguments.back().sweep;
    for (std::size_t i = 0; i + 1 < arguments.size(); ++i) sweep.tags.push_back(arguments[i].scalar.get<std::string>());
    return Value::of(std::move(sweep));
}

}  // namespace

bool is_number(const Json& value) { return value.is_number() || value.is_boolean(); }

double as_double(const Json& value) {
    return value.is_boolean() ? (value.get<bool>() ? 1.0 : 0.0) : value.get<double>();
}

Result<Value> evaluate(Call call) {
    static const std::map<std::string, Result<Value> (*)(Call&)> kFunctions{
        {"bool", call_bool},       {"choice", call_choice},     {"float", call_float},       {"glob", call_glob},
        {"int", call_int},         {"interval", call_interval}, {"json_str", call_json_str}, {"range", call_range},
        {"shuffle", call_shuffle}, {"sort", call_sort},         {"str", call_str},           {"tag", call_tag},
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

}  // namespace goetia::config
