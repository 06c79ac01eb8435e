// goetia-runtime describe [--components my_model.cpp,folder/]...: the catalogue of every component, and what this build
// can do, as one JSON object on standard output. Plug-ins are named from the current folder.
#include <cstdio>
#include <sstream>

#include "apps/goetia-runtime/command.h"
#include "component/plugin_files.h"
#include "learn/features.h"
#include "learn/plugins.h"

namespace goetia::runtime {
namespace {

// The option may come more than once; a comma parts names unless a file is called so.
Result<std::vector<std::string>> read_words(const Words& words) {
    std::vector<std::string> named;
    for (std::size_t i = 0; i < words.size(); i += 2) {
        if (words[i] != "--components")
            return invalid("goetia-runtime describe has no option '{}'; known: --components", words[i]);
        if (i + 1 == words.size()) return invalid("'--components' needs plug-in files or folders after it");
        std::error_code code;
        if (std::filesystem::exists(words[i + 1], code)) {
            named.push_back(words[i + 1]);
            continue;
        }
        std::istringstream list(words[i + 1]);
        for (std::string one; std::getline(list, one, ',');) {
            if (!one.empty()) named.push_back(one);
        }
    }
    return named;
}

}  // namespace

Status describe_command(const Words& words) {
    GOETIA_ASSIGN(const std::vector<std::string> named, read_words(words));
    GOETIA_ASSIGN(const auto components, builtin_components());
    GOETIA_ASSIGN(const auto files, find_plugins(named, std::filesystem::current_path()));
    GOETIA_TRY(load_plugins(*components, files));
    Json description = catalogue(*components);
    description["features"] = available_features();
    std::puts(description.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
    return {};
}

}  // namespace goetia::runtime
