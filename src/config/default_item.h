// One entry of a defaults list, and what follows from its position: its file, its package, its override key.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/node.h"

namespace goetia::config {

struct DefaultItem {
    bool is_group = false;               // "db: mysql"; otherwise a config's path ("base", "_self_")
    std::string name;                    // the group, or the path
    std::optional<std::string> choice;   // of a group: the option; none is null
    std::vector<std::string> choices;    // of a group with a list of options
    bool many = false;                   // `choices` is used, not `choice`
    std::optional<std::string> package;  // after '@'
    bool optional = false;
    bool overrides = false;          // "override db: mysql"
    bool from_command_line = false;  // "+db=mysql"
    PlacePointer place;

    // Set once it is part of a tree.
    std::string parent_folder;
    std::string parent_package;
    std::optional<std::string> header;  // the "# @package" of its file
    bool primary = false;
    bool deleted = false;

    [[nodiscard]] bool is_self() const { return !is_group && name == "_self_"; }
    [[nodiscard]] std::optional<std::string> option() const;
    [[nodiscard]] bool is_missing() const { return option() == "???"; }
    [[nodiscard]] bool is_reference() const;  // "db: ${engine}"

    [[nodiscard]] std::string group_path() const;
    [[nodiscard]] std::string config_path() const;
    [[nodiscard]] std::string default_package() const;
    [[nodiscard]] std::string final_package(bool with_header = true) const;
    [[nodiscard]] std::string override_key() const;

    void set_parent(const std::string& folder, const std::string& package);
    void set_header(const std::optional<std::string>& package);
};

// The entries of `defaults:`; `config` is the file's name in faults.
Result<std::vector<DefaultItem>> read_defaults(const Node& list, const std::string& config);

}  // namespace goetia::config
