#include "package/runtime_build.h"

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "launch/programs.h"

namespace goetia {

Result<RuntimeBuild> runtime_build_in(const std::filesystem::path& share) {
    const std::filesystem::path file = share / "plugin_build.json";
    GOETIA_ASSIGN(const std::string text, read_file(file));
    GOETIA_ASSIGN(const Json json, parse_json(text, file.native()));
    RuntimeBuild build;
    const auto take = [&json](const char* key, std::string& into) {
        if (json.is_object() && json.contains(key) && json[key].is_string()) into = json[key].get<std::string>();
    };
    take("goetia", build.goetia);
    take("libtorch", build.libtorch);
    take("cuda", build.cuda);
    take("abi", build.abi);
    take("processor", build.processor);
    if (build.libtorch.empty() || build.abi.empty())
        return failed("'{}' does not say which LibTorch the runtime was built with; rebuild goetia", file.native());
    return build;
}

Result<RuntimeBuild> own_runtime_build() {
    GOETIA_ASSIGN(const std::filesystem::path runtime, find_runtime());
    return runtime_build_in((runtime.parent_path() / ".." / "share" / "goetia").lexically_normal());
}

}  // namespace goetia
