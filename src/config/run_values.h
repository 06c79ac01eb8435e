// The values of `${now:...}` and `${hydra:...}`: those of the run that is being composed, not of its files. Names and
// meanings are Hydra's, as far as they apply here.
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
    const Json* hydra = nullptr;  // null when no run is being composed: a config read back from an experiment
    bool has_environment = true;  // else what refers to it is refused
};

// The option of each group, by its override key ("db", "db@backup").
using Choices = std::map<std::string, std::optional<std::string>>;

// The document that `${hydra:a.b}` refers to: job, mode, overrides, runtime.
Json hydra_values(const ComposeRequest& request, const std::string& config_name, const Choices& choices,
                  const std::vector<std::string>& task_overrides);

// The value at `key` of that document; for an unknown key the error lists the valid ones.
Result<Json> hydra_value(const Json* hydra, const std::string& key);

// Formats the local time with a strftime pattern, as Python's datetime formats a time without a zone: %f are
// microseconds, %z and %Z are empty.
Result<std::string> time_text(WallTime time, const std::string& pattern);

}  // namespace goetia::config
