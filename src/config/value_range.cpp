#include "config/value_range.h"

#include <cmath>

#include "config/decimal.h"
#include "config/scalars.h"

namespace goetia::config {
namespace {

// Whole numbers remain whole numbers.
Result<Json> difference(const Json& a, const Json& b) {
    if (!a.is_number_integer() || !b.is_number_integer()) return Json(a.get<double>() - b.get<double>());
    std::int64_t exact = 0;
    if (!__builtin_sub_overflow(a.get<std::int64_t>(), b.get<std::int64_t>(), &exact)) return Json(exact);
    return invalid("sort() of range() goes beyond 64 bits at {}", python_text(a));
}

}  // namespace

Result<std::vector<Value>> range_values(const Sweep& range) {
    static constexpr std::size_t kMaxValues = 100'000;
    const auto too_many = [] { return invalid("range() gives more than {} values", kMaxValues); };
    std::vector<Value> values;
    if (range.step.get<double>() == 0) return invalid("range() needs a step other than 0");
    if (range.start.is_number_integer() && range.stop.is_number_integer() && range.step.is_number_integer()) {
        const auto stop = range.stop.get<std::int64_t>(), step = range.step.get<std::int64_t>();
        for (auto at = range.start.get<std::int64_t>(); step > 0 ? at < stop : at > stop;) {
            if (values.size() == kMaxValues) return too_many();
            values.push_back(Value::of(at));
            if (__builtin_add_overflow(at, step, &at)) break;  // the end is reached before 64 bits overflow
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
        if (values.size() == kMaxValues) return too_many();
        values.push_back(Value::of(at.to_double()));
    }
    return values;
}

Status sort_range(Sweep& range, bool reverse) {
    const double start = range.start.get<double>(), stop = range.stop.get<double>();
    if (reverse ? start >= stop : start <= stop) return {};
    GOETIA_ASSIGN(const Json back, difference(0, range.step));
    // One step beyond either end, as the new start is included and the new stop is not.
    const bool falls = range.step.get<double>() < 0;
    const Json& beyond = falls != reverse ? range.step : back;
    GOETIA_ASSIGN(const Json first, difference(range.stop, beyond));
    GOETIA_ASSIGN(range.stop, difference(range.start, beyond));
    range.start = first, range.step = back;
    return {};
}

}  // namespace goetia::config
