// From files and overrides to a document that may be run: composed, resolved, and checked against the contract and the
// components that this build has.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace goetia {

struct CheckedConfig {
    Composed composed;
    std::vector<std::string> skipped;  // sections that this build cannot do and that were left out, as sentences
    std::vector<std::string> plugins;  // the files its `components` name
};

// Every fault of the document at once.
Result<CheckedConfig> checked_config(const ComposeRequest& request, bool skip_unavailable);

}  // namespace goetia
