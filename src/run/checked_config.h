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

struct ComponentCatalogue;

// Reports every fault of the document at once.
Result<CheckedConfig> checked_config(const ComposeRequest& request, bool skip_unavailable);
// For configs that others send: with these components and no plug-ins, whose code would run here.
Result<CheckedConfig> checked_foreign_config(const ComposeRequest& request, const ComponentCatalogue& catalogue);

}  // namespace goetia
