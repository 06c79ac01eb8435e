// The templates that come with the program, configs/templates/<task>/<name>.yaml, and the groups that they choose from.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

struct ComponentCatalogue;  // run/component_catalogue.h
struct DefaultsEntry;       // config/config.h

struct BuiltinTemplate {
    std::string name;  // "classification/small"
    std::string task;  // "classification"
    std::string sentence;
    std::filesystem::path file;
};

// Sorted by name.
Result<std::vector<BuiltinTemplate>> builtin_templates();
// kNotFound with the nearest name.
Result<BuiltinTemplate> builtin_template(const std::string& name);

// The groups of configs/groups ("model", "optimizer") with their choices, sorted.
std::vector<std::pair<std::string, std::vector<std::string>>> builtin_groups();

// One choice of a group, as it is written.
struct BuiltinPreset {
    std::string name;  // "resnet18"
    std::string sentence;
    std::string package;  // the section that it fills: "model.head.loss"; empty: the whole document
    std::shared_ptr<const Json> section;
};
// Sorted by name; kNotFound with the nearest name of a group.
Result<std::vector<BuiltinPreset>> builtin_presets(const std::string& group);

// What a final defaults list has of a group: "resnet18" of "model"; empty: nothing.
std::string choice_of(const std::vector<DefaultsEntry>& defaults, const std::string& group);

// What a form asks for: {"name", "task", "sentence", "config", "fields": [{path, value, type, allowed, doc, default,
// choices}]}, a field for each value of the template. The schema of a component's parameters comes from the catalogue.
Result<Json> template_form(const BuiltinTemplate& chosen, const ComponentCatalogue& catalogue);

// The same error without the folder of the built-in configs, which is this machine's.
Error without_own_folders(Error error);

}  // namespace goetia
