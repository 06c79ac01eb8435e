// The component catalogue: what `goetia-runtime describe` prints, kept beside the program at build time so that
// validating needs no LibTorch. With plug-ins the runtime is asked, since it alone can load them.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace goetia::cli {

struct Catalogue {
    Json components = Json::array();  // each {"kind", "name", "sentence", "params", "origin"}
    std::set<std::string> features;   // what this build can do, by the names of config's feature_names()
};

Result<Catalogue> load_catalogue(const std::vector<std::string>& plugins = {});

// The plug-ins a document names in "components".
std::vector<std::string> plugins_of(const Json& document);

}  // namespace goetia::cli
