// OmegaConf's interpolation: `${a.b}`, `${.x}`, `${..y}`, nested and inside text, and the oc.* resolvers.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/node.h"
#include "config/run_values.h"

namespace goetia::config {

struct Resolved {
    Json document;
    std::vector<std::pair<Path, Json>> fixed;  // the values, at composition, of the texts that refer to the run
    std::set<std::string> from_environment;    // paths whose value came from an environment variable
    std::vector<std::string> notices;
};

// Resolves every reference of the document. "???" is kept where nothing refers to it. Reports all faults at once, each
// with the chain of references that led to it.
Result<Resolved> resolve(const Node& root, const RunValues& run);

// Resolves one text as if it were at the root of `root`.
Result<Json> resolve_text(const std::string& text, const Node& root);

// Whether `key`, with references resolved, has a value other than null and "???". A path through a plain value finds
// nothing.
Result<bool> holds_value(const Node& root, const std::string& key);

// The container that the reference at `path` leads to; null when it leads to something else or nowhere.
const Node* referenced_container(const Node& root, const Path& path);

}  // namespace goetia::config
