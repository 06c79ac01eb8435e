// The component catalogue: the output of `goetia-runtime describe`, stored next to the runtime at build time so that
// validation needs no LibTorch. With plug-ins the runtime is called, since only it can load them.
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
    std::set<std::string> features;   // what this build supports, by the names in config's feature_names()
};

// While a plug-in is compiled, a message is printed on standard error.
Result<ComponentCatalogue> load_catalogue(const std::vector<std::string>& plugins = {});

// The files of the plug-ins that a document lists in "components", relative to the folder of its primary configuration
// `file`.
Result<std::vector<std::string>> plugins_of(const Composed& composed, const std::filesystem::path& file);

}  // namespace goetia
