// sweep_axes(): what each override varies. expand_multirun(): one list of override lines per job.
#include <fnmatch.h>

#include <algorithm>
#include <numeric>

#include "base/random.h"
#include "config/config.h"
#include "config/override_grammar.h"
#include "config/repository.h"
#include "config/sweep_axes.h"
#include "config/value_range.h"

namespace goetia {
namespace {

constexpr std::size_t kMaxJobs = 100'000;

using config::Override;
using config::Sweep;
using config::Value;

bool matches_any(const std::string& name, const std::vector<std::string>& globs) {
    return std::any_of(globs.begin(), globs.end(),
                       [&](const std::string& glob) { return fnmatch(glob.c_str(), name.c_str(), 0) == 0; });
}

void shuffle_values(std::vector<Value>& values, const std::string& line) {
    std::vector<std::int64_t> order(values.size());
    std::iota(order.begin(), order.end(), 0);
    // Keyed by the override itself, so that the sweep has the same order each time.
    Random random({.purpose = purpose("shuffle " + line)});
    random.shuffle(order);
    std::vector<Value> shuffled;
    for (const std::int64_t i : order) shuffled.push_back(values[static_cast<std::size_t>(i)]);
    values = std::move(shuffled);
}

Result<std::vector<Value>> values_of(const Override& one, const ComposeRequest& request) {
    if (!one.is_sweep()) return std::vector<Value>{one.value};
    const Sweep& sweep = *one.value.sweep;
    std::vector<Value> values;
    switch (sweep.kind) {
        case Sweep::Kind::kChoice: values = sweep.choices; break;
        case Sweep::Kind::kRange: {
            GOETIA_ASSIGN(values, config::range_values(sweep));
            break;
        }
        case Sweep::Kind::kInterval: return values;
        case Sweep::Kind::kGlob: {
            GOETIA_ASSIGN(const config::Repository repository, config::Repository::open(request));
            for (const std::string& option : repository.options(one.key)) {
                if (matches_any(option, sweep.include) && !matches_any(option, sweep.exclude))
                    values.push_back(Value::of(option));
            }
            break;
        }
    }
    if (sweep.shuffled) shuffle_values(values, one.line);
    if (values.empty()) return invalid("override '{}' has no values to run", one.line);
    return values;
}

Result<SweepAxis> axis_of(const Override& one, const ComposeRequest& request) {
    SweepAxis axis{.key = one.key_element(), .line = one.line, .lines = {}, .tags = {}, .interval = {}};
    if (!one.has_value) {
        axis.lines.push_back(one.line);
        return axis;
    }
    GOETIA_ASSIGN(const std::vector<Value> values, values_of(one, request));
    for (const Value& value : values) axis.lines.push_back(axis.key + "=" + config::value_text(value));
    if (!one.is_sweep()) return axis;
    const Sweep& sweep = *one.value.sweep;
    axis.tags = sweep.tags;
    axis.is_ordered = sweep.kind == Sweep::Kind::kRange && !sweep.shuffled;
    if (sweep.kind == Sweep::Kind::kInterval)
        axis.interval = SweepAxis::Interval{.low = sweep.start.get<double>(),
                                            .high = sweep.stop.get<double>(),
                                            .whole = sweep.start.is_number_integer() && sweep.stop.is_number_integer()};
    return axis;
}

}  // namespace

std::string line_of(const SweepAxis& axis, double value) {
    if (!axis.interval) return axis.lines.at(static_cast<std::size_t>(value));
    const Json number = axis.interval->whole ? Json(static_cast<std::int64_t>(value)) : Json(value);
    return axis.key + "=" + config::value_text(Value::of(number));
}

Result<std::vector<SweepAxis>> sweep_axes(const ComposeRequest& request) {
    GOETIA_ASSIGN(const std::vector<Override> overrides, config::parse_overrides(request.overrides));
    // A later override of the same key replaces the earlier one, as in Hydra's basic sweeper.
    std::vector<SweepAxis> axes;
    for (const Override& one : overrides) {
        GOETIA_ASSIGN(SweepAxis axis, axis_of(one, request));
        const auto same = std::ranges::find(axes, axis.key, &SweepAxis::key);
        if (same != axes.end()) *same = std::move(axis);
        else axes.push_back(std::move(axis));
    }
    return axes;
}

Result<std::vector<std::vector<std::string>>> expand_multirun(const ComposeRequest& request) {
    GOETIA_ASSIGN(const std::vector<SweepAxis> axes, sweep_axes(request));
    std::vector<std::vector<std::string>> jobs{{}};
    for (const SweepAxis& axis : axes) {
        if (axis.interval)
            return invalid(
                "override '{}': interval() has infinitely many values; select some with choice() or range(), or search "
                "it by the strategy random, halving or tpe",
                axis.line);
        if (jobs.size() * axis.lines.size() > kMaxJobs) return invalid("the sweep has more than {} jobs", kMaxJobs);
        std::vector<std::vector<std::string>> longer;
        for (const auto& job : jobs) {
            for (const std::string& line : axis.lines) {
                longer.push_back(job);
                longer.back().push_back(line);
            }
        }
        jobs = std::move(longer);
    }
    return jobs;
}

}  // namespace goetia
