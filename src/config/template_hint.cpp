// How a config extends a built-in template: for messages, where one does it wrongly.
#include <algorithm>

#include "base/nearest.h"
#include "config/defaults_tree.h"

namespace goetia::config {
namespace fs = std::filesystem;
namespace {

std::string as_extended(const std::string& config_path) { return fmt::format("/{}@_global_", config_path); }

// "templates/classification/base" ...
std::vector<std::string> template_paths() {
    std::vector<std::string> paths;
    const fs::path configs = builtin_configs();
    std::error_code code;
    for (fs::recursive_directory_iterator entry(configs / "templates", code);
         !code && entry != fs::recursive_directory_iterator(); entry.increment(code)) {
        if (entry->path().extension() == ".yaml")
            paths.push_back(entry->path().lexically_relative(configs).replace_extension().native());
    }
    std::ranges::sort(paths);
    return paths;
}

}  // namespace

std::string template_hint(const std::string& missing) {
    const std::vector<std::string> paths = template_paths();
    std::string text;
    for (const std::string& path : paths) {
        if (path == missing || path.ends_with("/" + missing))
            text += (text.empty() ? "'" : " or '") + as_extended(path) + "'";
    }
    if (text.empty()) {
        const std::string near = nearest_name(missing, paths);
        if (!near.empty()) text = "'" + as_extended(near) + "'";
    }
    return text.empty() ? text : fmt::format("; did you mean {}?", text);
}

Status check_templates(Repository& repository, const std::vector<MergeStep>& steps) {
    const fs::path built_in = builtin_configs() / "templates";
    for (const MergeStep& step : steps) {
        if (step.package != "templates" && !step.package.starts_with("templates.")) continue;
        GOETIA_ASSIGN(const auto config, repository.load(step.config_path));
        if (!config || !config->file.starts_with(built_in.native() + "/")) continue;
        return invalid(
            "a defaults list extends '{}' in the section '{}', where nothing reads it; write '{}' there, which merges "
            "it "
            "into the root",
            step.config_path, step.package, as_extended(step.config_path));
    }
    return {};
}

}  // namespace goetia::config
