#include "component/plugin_build.h"

#include <cstdlib>

#include "base/files.h"
#include "base/json.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

}  // namespace

Result<PluginBuild> read_plugin_build(const fs::path& share) {
    const fs::path file = share / "plugin_build.json";
    auto text = read_file(file);
    if (!text) return std::move(text).error().within("plug-ins cannot be compiled by this goetia-runtime");
    const Json json = Json::parse(*text, nullptr, false);
    try {
        PluginBuild build{.abi = json.at("abi"),
                          .compiler = json.at("compiler"),
                          .flags = json.at("flags"),
                          .link_flags = {},
                          .precompiled_header = {}};
        for (const Json& folder : json.at("include_directories")) {
            build.flags.insert(build.flags.end(), {"-isystem", (share / folder.get<std::string>()).lexically_normal()});
        }
        build.link_flags.push_back("-Wl,--version-script=" +
                                   (share / json.at("exports").get<std::string>()).lexically_normal().native());
        if (const std::string header = json.at("precompiled_header"); !header.empty())
            build.precompiled_header = share / header;
        return build;
    } catch (const Json::exception& fault) {
        return failed("'{}' is damaged ({}); build goetia again", file.native(), fault.what());
    }
}

Result<fs::path> plugin_cache() {
    if (const std::string own = variable("GOETIA_CACHE"); !own.empty()) return fs::absolute(own) / "plugins";
    if (const std::string base = variable("XDG_CACHE_HOME"); !base.empty())
        return fs::path(base) / "goetia" / "plugins";
    if (const std::string home = variable("HOME"); !home.empty())
        return fs::path(home) / ".cache" / "goetia" / "plugins";
    return not_found("there is no place to keep compiled plug-ins; set GOETIA_CACHE to a folder, or HOME");
}

}  // namespace goetia
