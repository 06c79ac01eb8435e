// The component catalogue: what `goetia-runtime describe` prints, kept beside that runtime at build time so that
// validating needs no LibTorch. With plug-ins the runtime is asked, since it alone can load them.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "config/config.h"

namespace goetia {

struct ComponentCatalogue {
    Json components = Json::array();  // each {"kind", "name", "sentence", "params", "origin"}
    std::set<std::string> features;   // what this build can do, by the names of config's feature_names()
};

// A plug-in that must be compiled first is said on standard error as it happens.
Result<ComponentCatalogue> load_catalogue(const std::vector<std::string>& plugins = {});

// The files of the plug-ins that a document names in "components", looked for from the folder of its primary
// configuration `file`.
Result<std::vector<std::string>> plugins_of(const Composed& composed, const std::filesystem::path& file);

}  // namespace goetia
