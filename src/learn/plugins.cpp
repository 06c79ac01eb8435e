#include "learn/plugins.h"

#include <algorithm>
#include <cstdio>

#include "base/process.h"
#include "component/plugin_cache.h"
#include "component/plugin_files.h"
#include "component/plugin_library.h"
#include "learn/plugin_registry.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

using Register = void (*)(PluginRegistry*, Status*);

std::size_t count(Components& components) {
    std::size_t all = 0;
    components.each([&all](const auto& registry) { all += registry.components().size(); });
    return all;
}

Status enter(Components& components, Register function, const std::string& name) {
    const std::size_t before = count(components);
    PluginRegistry registry(components, name);
    const std::string where = fmt::format("plug-in '{}'", name);
    try {
        Status entered;
        function(&registry, &entered);
        if (!entered) return std::move(entered).error().within(where);
    } catch (const std::exception& fault) {
        return failed("{} threw while it entered its components: {}", where, fault.what());
    } catch (...) {
        return failed("{} threw something that is no std::exception while it entered its components", where);
    }
    if (count(components) == before) return invalid("{} enters no component; add one in its GOETIA_COMPONENTS", where);
    return {};
}

void say_to_standard_error(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

}  // namespace

Status load_plugins(Components& components, const std::vector<fs::path>& files, const PluginBuild& build,
                    const Say& say) {
    for (const fs::path& file : files) {
        fs::path library = file;
        if (!is_plugin_library(file)) {
            GOETIA_ASSIGN(const fs::path cache, plugin_cache());
            GOETIA_ASSIGN(library, compile_plugin(build, file, cache, say));
        }
        const std::string name = file.filename();
        GOETIA_ASSIGN(void* const function, open_plugin(library, name, plugin_abi()));
        GOETIA_TRY(enter(components, reinterpret_cast<Register>(function), name));
    }
    return {};
}

Status load_plugins(Components& components, const std::vector<fs::path>& files) {
    PluginBuild build;
    if (!std::all_of(files.begin(), files.end(), is_plugin_library)) {
        const fs::path share = own_folder() / ".." / "share" / "goetia";
        GOETIA_ASSIGN(build, read_plugin_build(share.lexically_normal()));
        if (build.abi != plugin_abi()) {
            return make_error(Code::kWrongState,
                              "the plug-in headers in '{}' belong to another build ('{}') than this goetia-runtime "
                              "('{}'); build goetia again",
                              share.lexically_normal().native(), build.abi, plugin_abi());
        }
    }
    return load_plugins(components, files, build, say_to_standard_error);
}

Status load_plugins(Components& components, const Json& document, const ExperimentFolder& folder) {
    GOETIA_ASSIGN(const std::vector<std::string> named, named_plugins(document));
    GOETIA_ASSIGN(const std::vector<fs::path> files, find_plugins(named, folder.root()));
    return load_plugins(components, files);
}

}  // namespace goetia
