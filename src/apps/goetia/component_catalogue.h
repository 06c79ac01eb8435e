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

// A plug-in that must be compiled first is said on standard error as it happens.
Result<Catalogue> load_catalogue(const std::vector<std::string>& plugins = {});

// The plug-ins a document names in "components", from the folder of the configuration that says so.
Result<std::vector<std::string>> plugins_of(const Json& document, const std::filesystem::path& config);
// As they are written.
std::vector<std::string> plugins_of(const Json& document);

}  // namespace goetia::cli
