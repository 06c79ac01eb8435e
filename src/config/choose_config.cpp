// choose_config(): resolves --config-path and --config-name to the primary config.
#include <algorithm>

#include "base/nearest.h"
#include "config/config.h"

namespace goetia {
namespace {

// The path of a config below a folder: "app/small" for "app/small.yaml".
std::string without_ending(const std::string& name) {
    return name.ends_with(".yaml") ? name.substr(0, name.size() - 5) : name;
}

std::vector<std::string> texts_of(const std::vector<std::filesystem::path>& paths) {
    std::vector<std::string> texts;
    for (const std::filesystem::path& path : paths) texts.push_back(path.string());
    return texts;
}

// The names of the configs in the folders, for error messages.
std::vector<std::string> configs_in(const std::vector<std::filesystem::path>& folders, const std::string& group) {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const std::filesystem::path& folder : folders) {
        for (const auto& entry : std::filesystem::directory_iterator(folder / group, ignored)) {
            if (entry.is_regular_file(ignored) && entry.path().extension() == ".yaml")
                names.push_back((std::filesystem::path(group) / entry.path().stem()).string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

Status choose_config(ComposeRequest& request, const std::filesystem::path& folder, const std::string& name) {
    std::error_code gone;
    const std::filesystem::path first = folder.empty() ? "." : folder;
    if (!std::filesystem::exists(first, gone))
        return not_found("there is no folder '{}' (--config-path)", first.string());
    if (!std::filesystem::is_directory(first, gone))
        return invalid(
            "'{}' is not a folder; --config-path is the folder of the configs, --config-name the config in it",
            first.string());
    std::vector<std::filesystem::path> folders{first};
    folders.insert(folders.end(), request.config_dirs.begin(), request.config_dirs.end());
    request.name = without_ending(name.empty() ? "config" : name);
    request.folder = first;
    for (const std::filesystem::path& place : folders) {
        request.file = place / (request.name + ".yaml");
        if (std::filesystem::is_regular_file(request.file, gone)) return {};
    }
    const std::vector<std::string> names =
        configs_in(folders, std::filesystem::path(request.name).parent_path().string());
    const std::string near = nearest_name(request.name, names);
    return not_found("there is no config '{}' in '{}'{}; {}", request.name, fmt::join(texts_of(folders), "', '"),
                     near.empty() ? "" : fmt::format(", did you mean '{}'?", near),
                     names.empty() ? "there are none" : fmt::format("there are: {}", fmt::join(names, ", ")));
}

}  // namespace goetia
