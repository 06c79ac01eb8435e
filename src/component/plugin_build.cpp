#include "component/plugin_build.h"

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"

namespace goetia {
namespace fs = std::filesystem;

Result<PluginBuild> read_plugin_build(const fs::path& share) {
    const fs::path file = share / "plugin_build.json";
    auto text = read_file(file);
    if (!text) return std::move(text).error().within("this goetia-runtime cannot compile plug-ins");
    const auto parsed = parse_json(*text, file.native());
    if (!parsed) return failed("{}; rebuild goetia", parsed.error().message);
    try {
        const Json& json = *parsed;
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
        return failed("'{}' is damaged ({}); rebuild goetia", file.native(), fault.what());
    }
}

}  // namespace goetia
