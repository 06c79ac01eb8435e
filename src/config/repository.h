// Finds configs and groups: next to the primary config, in each --config-dir, in the built-in configs/ and its groups/.
// The first place that contains a name wins.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/default_item.h"
#include "config/node.h"

namespace goetia::config {

struct LoadedConfig {
    std::string file;
    Node content;  // without its defaults list
    std::vector<DefaultItem> defaults;
    std::optional<std::string> package_header;  // of "# @package NAME"
};

class Repository {
  public:
    // Checks that the primary config exists.
    static Result<Repository> open(const ComposeRequest& request);

    [[nodiscard]] const std::string& primary() const { return primary_name_; }

    // The config of that path without ".yaml" ("db/mysql"); null when it is not found.
    Result<std::shared_ptr<const LoadedConfig>> load(const std::string& config_path);
    [[nodiscard]] bool has_config(const std::string& config_path) const { return !file_of(config_path).empty(); }
    [[nodiscard]] bool has_group(const std::string& group) const;
    // Whether only the built-in tree has this group, and not the user's own.
    [[nodiscard]] bool only_built_in(const std::string& group) const;
    [[nodiscard]] std::vector<std::string> options(const std::string& group) const;
    [[nodiscard]] std::string places_text() const;

    [[nodiscard]] std::vector<std::string> files() const;

  private:
    [[nodiscard]] std::filesystem::path file_of(const std::string& config_path) const;
    // Whether a config or group may have this name: for a foreign config, one below the places.
    [[nodiscard]] bool may_name(const std::string& config_path) const;

    std::filesystem::path primary_file_;
    std::optional<std::string> primary_text_;
    bool is_foreign_ = false;
    std::string primary_name_;
    std::vector<std::filesystem::path> places_;
    std::size_t own_places_ = 0;  // how many of places_ belong to the user
    std::map<std::string, std::shared_ptr<const LoadedConfig>> loaded_;
};

}  // namespace goetia::config
