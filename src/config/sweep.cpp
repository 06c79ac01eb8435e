// expand_multirun(): one list of override lines per job.
#include <fnmatch.h>

#include <algorithm>
#include <numeric>

#include "base/random.h"
#include "config/config.h"
#include "config/override_grammar.h"
#include "config/repository.h"
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
        case Sweep::Kind::kInterval:
            return invalid("override '{}': interval() has infinitely many values; select some with choice() or range()",
                           one.line);
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

}  // namespace

Result<std::vector<std::vector<std::string>>> expand_multirun(const ComposeRequest& request) {
    GOETIA_ASSIGN(const std::vector<Override> overrides, config::parse_overrides(request.overrides));
    // A later override of the same key replaces the earlier one, as in Hydra's basic sweeper.
    std::vector<std::pair<std::string, std::vector<std::string>>> axes;
    for (const Override& one : overrides) {
        const std::string key = one.key_element();
        std::vector<std::string> lines;
        if (!one.has_value) {
            lines.push_back(one.line);
        } else {
            GOETIA_ASSIGN(const std::vector<Value> values, values_of(one, request));
            for (const Value& value : values) lines.push_back(key + "=" + config::value_text(value));
        }
        const auto same = std::find_if(axes.begin(), axes.end(), [&](const auto& axis) { return axis.first == key; });
        if (same != axes.end()) same->second = std::move(lines);
        else axes.emplace_back(key, std::move(lines));
    }
    std::vector<std::vector<std::string>> jobs{{}};
    for (const auto& [key, lines] : axes) {
        if (jobs.size() * lines.size() > kMaxJobs) return invalid("the sweep has more than {} jobs", kMaxJobs);
        std::vector<std::vector<std::string>> longer;
        for (const auto& job : jobs) {
            for (const std::string& line : lines) {
                longer.push_back(job);
                longer.back().push_back(line);
            }
        }
        jobs = std::move(longer);
    }
    return jobs;
}

}  // namespace goetia
