#include "protocol/runtime_build.h"

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"

namespace goetia {

namespace {

Result<Json> build_file_in(const std::filesystem::path& share) {
    const std::filesystem::path file = share / "plugin_build.json";
    GOETIA_ASSIGN(const std::string text, read_file(file));
    return parse_json(text, file.native());
}

std::string text_of(const Json& json, const char* key) {
    return json.is_object() && json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : "";
}

}  // namespace

std::filesystem::path torch_folder_in(const std::filesystem::path& share) {
    const Result<Json> json = build_file_in(share);
    return json ? text_of(*json, "torch_folder") : "";
}

Result<RuntimeBuild> runtime_build_in(const std::filesystem::path& share) {
    GOETIA_ASSIGN(const Json json, build_file_in(share));
    RuntimeBuild build;
    const auto take = [&json](const char* key, std::string& into) { into = text_of(json, key); };
    take("goetia", build.goetia);
    take("libtorch", build.libtorch);
    take("cuda", build.cuda);
    take("abi", build.abi);
    take("processor", build.processor);
    if (build.libtorch.empty() || build.abi.empty())
        return failed("'{}' does not say which LibTorch the runtime was built with; rebuild goetia",
                      (share / "plugin_build.json").native());
    return build;
}

}  // namespace goetia
