// From files and overrides to a document that can be run: composed, resolved, and checked against the contract and the
// components of this build.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace goetia {

struct CheckedConfig {
    Composed composed;
    std::vector<std::string> skipped;  // sentences: sections that were skipped because this build does not support them
    std::vector<std::string> plugins;  // the files named by `components`
    Json catalogue = Json::array();    // the components that it was checked against
};

// Reports every fault of the document at once.
Result<CheckedConfig> checked_config(const ComposeRequest& request, bool skip_unavailable);

}  // namespace goetia
