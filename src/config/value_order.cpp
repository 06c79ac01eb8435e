// sort() and shuffle(), applied to values, a list or a sweep.
#include <algorithm>
#include <numeric>

#include "base/random.h"
#include "config/value_functions.h"
#include "config/value_range.h"

namespace goetia::config {
namespace {

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

}  // namespace

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
            GOETIA_TRY(sort_range(sweep, reverse));
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
    // The same override gives the same order, so that a sweep can be repeated.
    std::vector<std::int64_t> order(only.items.size());
    std::iota(order.begin(), order.end(), 0);
    Random random({.purpose = purpose("shuffle" + value_text(only))});
    random.shuffle(order);
    Value shuffled;
    shuffled.kind = Value::Kind::kList;
    for (const std::int64_t i : order) shuffled.items.push_back(only.items[static_cast<std::size_t>(i)]);
    return shuffled;
}

}  // namespace goetia::config
