// OmegaConf's references: `${a.b}`, `${.x}`, `${..y}`, nested and inside text, and the oc.* resolvers.
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
    std::vector<std::pair<Path, Json>> fixed;  // what each text that asks for the run's own values was at its moment
    std::set<std::string> from_environment;    // paths whose value came from an environment variable
    std::vector<std::string> notices;
};

// Every reference of the document followed. "???" stays where nothing refers to it. All faults at once, each with the
// chain that led to it.
Result<Resolved> resolve(const Node& root, const RunValues& run);

// One text as if it stood at the root of `root`.
Result<Json> resolve_text(const std::string& text, const Node& root);

// Whether `key`, references on the way followed, holds something other than null and a value still to be given. A step
// into a plain value finds nothing.
Result<bool> holds_value(const Node& root, const std::string& key);

// The container that the node at `path`, a reference, leads to; null when it leads to something else or nowhere.
const Node* container_behind(const Node& root, const Path& path);

}  // namespace goetia::config
