#include "config/repository.h"

#include <algorithm>
#include <set>

#include "base/files.h"
#include "config/yaml_reader.h"

namespace goetia::config {
namespace {

namespace fs = std::filesystem;

// The "# @package NAME" in the comment lines at the top.
Result<std::optional<std::string>> package_header(const std::string& text, const std::string& file) {
    std::size_t start = 0;
    while (start < std::min<std::size_t>(text.size(), 512)) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        std::string line = text.substr(start, end - start);
        start = end + 1;
        std::vector<std::string> words;
        for (std::size_t at = 0; (at = line.find_first_not_of(" \t\r", at)) != std::string::npos;) {
            const std::size_t stop = std::min(line.find_first_of(" \t\r", at), line.size());
            words.push_back(line.substr(at, stop - at));
            at = stop;
        }
        if (words.empty()) continue;
        // "#@package x" and "# @package x" are the same.
        while (!words.empty() && words[0].starts_with('#')) {
            words[0].erase(0, words[0].find_first_not_of('#') == std::string::npos ? words[0].size()
                                                                                   : words[0].find_first_not_of('#'));
            if (words[0].empty()) words.erase(words.begin());
            else break;
        }
        const std::size_t hash = line.find_first_not_of(" \t");
        if (line[hash] != '#' || words.empty() || !words[0].starts_with('@')) return std::optional<std::string>();
        if (words[0] != "@package") continue;
        if (words.size() != 2) return invalid("'{}': the header must read '# @package NAME', found '{}'", file, line);
        return std::optional<std::string>(words[1]);
    }
    return std::optional<std::string>();
}

}  // namespace

Result<Repository> Repository::open(const ComposeRequest& request) {
    std::error_code gone;
    if (!request.text && !fs::is_regular_file(request.file, gone))
        return not_found("there is no config file '{}'", request.file.string());
    Repository repository;
    repository.primary_file_ = request.file;
    repository.primary_text_ = request.text;
    repository.is_foreign_ = request.is_foreign;
    repository.primary_name_ = !request.name.empty()                 ? request.name
                               : request.file.extension() == ".yaml" ? request.file.stem().string()
                                                                     : request.file.filename().string();
    const fs::path own = !request.folder.empty() ? request.folder : request.file.parent_path();
    if (!request.text || !request.folder.empty()) repository.places_.push_back(own.empty() ? fs::path(".") : own);
    for (const fs::path& folder : request.config_dirs) {
        if (!fs::is_directory(folder, gone))
            return not_found("there is no folder '{}' to look for configs in (--config-dir)", folder.string());
        repository.places_.push_back(folder);
    }
    repository.own_places_ = repository.places_.size();
    if (const fs::path built_in = builtin_configs(); !built_in.empty()) {
        repository.places_.push_back(built_in);
        repository.places_.push_back(built_in / "groups");
    }
    return repository;
}

bool Repository::may_name(const std::string& config_path) const {
    if (!is_foreign_) return true;
    const fs::path path(config_path);
    return !path.is_absolute() && config_path.find('\0') == std::string::npos &&
           std::ranges::none_of(path, [](const fs::path& part) { return part == ".."; });
}

fs::path Repository::file_of(const std::string& config_path) const {
    if (config_path == primary_name_) return primary_file_;
    if (!may_name(config_path)) return {};
    std::error_code ignored;
    const std::string name = config_path.ends_with(".yaml") ? config_path : config_path + ".yaml";
    for (const fs::path& place : places_) {
        if (fs::is_regular_file(place / name, ignored)) return place / name;
    }
    return {};
}

Result<std::shared_ptr<const LoadedConfig>> Repository::load(const std::string& config_path) {
    if (const auto known = loaded_.find(config_path); known != loaded_.end()) return known->second;
    const fs::path file = file_of(config_path);
    if (file.empty()) return std::shared_ptr<const LoadedConfig>();
    const bool is_given = primary_text_ && config_path == primary_name_;
    GOETIA_ASSIGN(const std::string text, is_given ? Result<std::string>(*primary_text_) : read_file(file));
    auto config = std::make_shared<LoadedConfig>();
    config->file = file.string();
    GOETIA_ASSIGN(config->content, read_yaml(text, config->file));
    if (config->content.is_null()) config->content = Node::map(config->content.place);
    if (!config->content.is_map()) return invalid("'{}' must hold a mapping", config->file);
    GOETIA_ASSIGN(config->package_header, package_header(text, config->file));
    if (const Node* defaults = config->content.child("defaults")) {
        GOETIA_ASSIGN(config->defaults, read_defaults(*defaults, config->file));
        config->content.erase("defaults");
    }
    return loaded_[config_path] = std::move(config);
}

bool Repository::has_group(const std::string& group) const {
    std::error_code ignored;
    return !group.empty() && may_name(group) && std::any_of(places_.begin(), places_.end(), [&](const fs::path& place) {
        return fs::is_directory(place / group, ignored);
    });
}

bool Repository::only_built_in(const std::string& group) const {
    std::error_code ignored;
    return std::none_of(places_.begin(), places_.begin() + static_cast<std::ptrdiff_t>(own_places_),
                        [&](const fs::path& place) { return fs::is_directory(place / group, ignored); });
}

std::vector<std::string> Repository::options(const std::string& group) const {
    std::set<std::string> names;
    if (!may_name(group)) return {};
    for (const fs::path& place : places_) {
        std::error_code ignored;
        for (const auto& entry : fs::directory_iterator(place / group, ignored)) {
            if (entry.is_regular_file(ignored) && entry.path().extension() == ".yaml")
                names.insert(entry.path().stem().string());
        }
    }
    return {names.begin(), names.end()};
}

std::string Repository::places_text() const {
    std::string text;
    for (const fs::path& place : places_) text += (text.empty() ? "" : ", ") + ("'" + place.string() + "'");
    return text;
}

std::vector<std::string> Repository::files() const {
    std::vector<std::string> files;
    for (const auto& [path, config] : loaded_) files.push_back(config->file);
    return files;
}

}  // namespace goetia::config
