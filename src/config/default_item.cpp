#include "config/default_item.h"

#include "base/json_text.h"

#include <algorithm>

namespace goetia::config {
namespace {

std::string dotted(std::string path) {
    std::replace(path.begin(), path.end(), '/', '.');
    return path;
}

std::string joined_path(const std::string& a, char between, const std::string& b) {
    return a.empty() ? b : b.empty() ? a : a + between + b;
}

// "db@pkg:other": the part after ':' is an obsolete form of renaming and is ignored.
void split_package(std::string& name, std::optional<std::string>& package) {
    const std::size_t at = name.find('@');
    if (at == std::string::npos) return;
    package = name.substr(at + 1);
    name.resize(at);
    if (const std::size_t colon = package->find(':'); colon != std::string::npos) package->resize(colon);
    if (package == "_here_") package = "";
}

// The prefix "optional override /db" of the group's name.
void split_keywords(DefaultItem& item) {
    while (true) {
        const std::size_t space = item.name.find(' ');
        if (space == std::string::npos) return;
        const std::string word = item.name.substr(0, space);
        if (word == "optional") item.optional = true;
        else if (word == "override") item.overrides = true;
        else break;
        item.name = item.name.substr(item.name.find_first_not_of(' ', space) == std::string::npos
                                         ? item.name.size()
                                         : item.name.find_first_not_of(' ', space));
    }
    item.name = item.name.substr(item.name.rfind(' ') + 1);
}

Error fault(const std::string& config, const Node& at, std::string message, std::string allowed) {
    Error error = invalid("the defaults list of '{}' cannot be read", config);
    error.faults.push_back({.path = "defaults",
                            .file = at.place ? at.place->file : config,
                            .line = at.place ? at.place->line : 0,
                            .message = std::move(message),
                            .found = json_text(at.to_json()),
                            .allowed = std::move(allowed)});
    return error;
}

Result<DefaultItem> read_group(const Node& entry, const std::string& config) {
    if (entry.entries.size() != 1) return fault(config, entry, "an entry needs exactly one group", "'GROUP: OPTION'");
    DefaultItem item{.is_group = true, .name = entry.entries[0].key, .place = entry.place};
    split_package(item.name, item.package);
    split_keywords(item);
    if (item.name.empty()) return fault(config, entry, "an entry needs the name of a group", "'GROUP: OPTION'");
    const Node& value = entry.entries[0].node;
    if (value.is_list()) {
        item.many = true;
        for (const Node& option : value.items) {
            if (!option.is_text())
                return fault(config, option, "an option must be text", "the name of a file without '.yaml'");
            item.choices.push_back(option.text());
        }
    } else if (value.is_text()) {
        item.choice = value.text();
    } else if (!value.is_null()) {
        return fault(config, value, "an option must be text, a list of texts or null",
                     "the name of a file without '.yaml'; quote numbers");
    }
    return item;
}

}  // namespace

std::optional<std::string> DefaultItem::option() const {
    if (is_group) return many ? std::nullopt : choice;
    return name.substr(name.rfind('/') + 1);
}

bool DefaultItem::is_reference() const {
    if (is_group) return !many && choice && choice->find("${") != std::string::npos;
    return name.find("${") != std::string::npos;
}

std::string DefaultItem::group_path() const {
    const bool absolute = name.starts_with('/');
    std::string path = absolute ? name.substr(1) : name;
    if (!is_group) path = path.substr(0, path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
    return absolute ? path : joined_path(parent_folder, '/', path);
}

std::string DefaultItem::config_path() const {
    if (is_group) return group_path() + "/" + choice.value_or("null");
    return name.starts_with('/') ? name.substr(1) : joined_path(parent_folder, '/', name);
}

std::string DefaultItem::default_package() const { return dotted(group_path()); }

std::string DefaultItem::final_package(bool with_header) const {
    std::string own;
    if (package) {
        own = *package;
    } else if (with_header && header) {
        own = *header;
    } else {
        std::string relative = name.starts_with('/') ? name.substr(1) : name;
        if (!is_group)
            relative = relative.substr(0, relative.rfind('/') == std::string::npos ? 0 : relative.rfind('/'));
        own = dotted(relative);
    }
    const std::string full_package = joined_path(parent_package, '.', own);
    constexpr std::string_view kGlobal = "_global_";
    const std::size_t global = full_package.rfind(kGlobal);
    if (global == std::string::npos) return full_package;
    return full_package.size() > global + kGlobal.size() ? full_package.substr(global + kGlobal.size() + 1) : "";
}

std::string DefaultItem::override_key() const {
    const std::string own_package = final_package(false);
    if (own_package == default_package()) return group_path();
    return group_path() + "@" + (own_package.empty() ? "_global_" : own_package);
}

void DefaultItem::set_parent(const std::string& folder, const std::string& of_package) {
    parent_folder = folder;
    parent_package = of_package;
    if (!package) return;
    constexpr std::string_view kGroup = "_group_";
    if (const std::size_t at = package->find(kGroup); at != std::string::npos) {
        package = "_global_." + std::string(*package).replace(at, kGroup.size(), default_package());
    }
}

void DefaultItem::set_header(const std::optional<std::string>& package_name) {
    if (!package_name || package_name == "_group_") return;  // the same as the group's own package
    std::string text = *package_name;
    constexpr std::string_view kGroup = "_group_";
    if (const std::size_t at = text.find(kGroup); at != std::string::npos)
        text.replace(at, kGroup.size(), default_package());
    // The package of a header is relative to the document's root.
    if (text != "_global_" && !text.starts_with("_global_.")) text = text.empty() ? "_global_" : "_global_." + text;
    header = text;
}

Result<std::vector<DefaultItem>> read_defaults(const Node& list, const std::string& config) {
    std::vector<DefaultItem> items;
    if (!list.is_list())
        return fault(config, list, "the defaults list must be a list", "'- GROUP: OPTION', '- CONFIG', '- _self_'");
    bool has_self = false;
    for (const Node& entry : list.items) {
        if (entry.is_map()) {
            GOETIA_ASSIGN(DefaultItem item, read_group(entry, config));
            items.push_back(std::move(item));
        } else if (entry.is_text()) {
            DefaultItem item{.name = entry.text(), .place = entry.place};
            split_package(item.name, item.package);
            if (item.is_self() && item.package) return fault(config, entry, "'_self_' takes no package", "'_self_'");
            if (item.is_self() && has_self) return fault(config, entry, "'_self_' occurs twice", "'_self_' once");
            has_self = has_self || item.is_self();
            items.push_back(std::move(item));
        } else {
            return fault(config, entry, "an entry must be text or 'GROUP: OPTION'",
                         "'- GROUP: OPTION', '- CONFIG', '- _self_'");
        }
    }
    return items;
}

}  // namespace goetia::config
