// Expands Hydra's defaults lists: from the primary config and the group overrides to the flat list of configs to merge.
#pragma once

#include <string>
#include <vector>

#include "config/override_grammar.h"
#include "config/repository.h"
#include "config/run_values.h"

namespace goetia::config {

struct MergeStep {
    std::string config_path;
    std::string package;  // of the document; "" is the root
};

struct DefaultsResult {
    std::vector<MergeStep> steps;           // in the order of merging: later ones win
    std::vector<Override> value_overrides;  // the overrides of values, not groups
    Choices choices;                        // the option of each group
};

Result<DefaultsResult> expand_defaults(Repository& repository, const std::vector<Override>& overrides);

// "; did you mean '/templates/classification/base@_global_'?" if the config that is missing is called nearly so.
std::string template_hint(const std::string& missing);

// Refuses a built-in template that is merged below its own folder's name, as Hydra merges a config of a group: nothing
// reads a section 'templates'.
Status check_templates(Repository& repository, const std::vector<MergeStep>& steps);

}  // namespace goetia::config
