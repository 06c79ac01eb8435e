// What `${now:...}` and `${hydra:...}` say: values of the run that is being composed, not of its files. They are
// Hydra's names and meanings, as far as they mean anything here.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {
struct ComposeRequest;
}

namespace goetia::config {

struct RunValues {
    WallTime time;
    const Json* hydra = nullptr;  // none where no run is being composed: a config read back from an experiment
};

// The value of each group's choice, by its override key ("db", "db@backup").
using Choices = std::map<std::string, std::optional<std::string>>;

// The document that `${hydra:a.b}` looks into: job, mode, overrides, runtime.
Json hydra_values(const ComposeRequest& request, const std::string& config_name, const Choices& choices,
                  const std::vector<std::string>& task_overrides);

// The value at `key` of that document; an unknown key is answered with those that there are.
Result<Json> hydra_value(const Json* hydra, const std::string& key);

// The local time by strftime's pattern, as Python's datetime writes a time without a zone: %f are microseconds, %z and
// %Z are empty.
Result<std::string> time_text(WallTime time, const std::string& pattern);

}  // namespace goetia::config
