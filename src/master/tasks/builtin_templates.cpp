#include "master/tasks/builtin_templates.h"

#include <algorithm>
#include <map>

#include "base/files.h"
#include "base/json.h"
#include "base/json_path.h"
#include "base/nearest.h"
#include "config/config.h"
#include "config/experiment_schema.h"
#include "run/component_catalogue.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> sorted_entries(const fs::path& folder, bool folders) {
    std::vector<fs::path> found;
    std::error_code code;
    for (fs::directory_iterator entry(folder, code); !code && entry != fs::directory_iterator();
         entry.increment(code)) {
        if (folders ? entry->is_directory(code) : entry->path().extension() == ".yaml") found.push_back(entry->path());
    }
    std::ranges::sort(found);
    return found;
}

// The first comment of a template says what it is.
std::string first_comment(const std::string& text) {
    const std::string line = text.substr(0, text.find('\n'));
    return line.starts_with("# ") && !line.starts_with("# @") ? line.substr(2) : "";
}

// The same of a choice of a group, whose first line may say its package.
std::string comment_of_choice(const std::string& text) {
    const bool has_package = text.starts_with("# @");
    return first_comment(has_package ? text.substr(std::min(text.size(), text.find('\n') + 1)) : text);
}

void hide(std::string& text, const std::string& folder, const std::string& name) {
    for (std::size_t at = 0; (at = text.find(folder, at)) != std::string::npos; at += name.size())
        text.replace(at, folder.size(), name);
}

// Every value that is not a mapping, with its path; a list is one value.
void collect_values(const Json& part, const std::string& path, std::vector<std::pair<std::string, Json>>& values) {
    if (!part.is_object() || part.empty()) {
        if (!path.empty()) values.emplace_back(path, part);
        return;
    }
    for (const auto& [key, value] : part.items()) collect_values(value, path.empty() ? key : path + "." + key, values);
}

class TemplateForm {
  public:
    TemplateForm(const Composed& composed, const ComponentCatalogue& catalogue)
        : document_(composed.unresolved), defaults_(composed.defaults) {
        for (const Json& one : catalogue.components) components_[one.value("name", "")] = &one;
    }

    Result<Json> fields() {
        Json fields = Json::array();
        for (const auto& [group, choices] : builtin_groups()) {
            const std::string chosen = choice_of(defaults_, group);
            fields.push_back({{"path", group},
                              {"value", chosen.empty() ? Json() : Json(chosen)},
                              {"type", "group"},
                              {"choices", choices}});
        }
        std::vector<std::pair<std::string, Json>> values;
        collect_values(document_, "", values);
        for (const auto& [path, value] : values) {
            Json field = {{"path", path}, {"value", value}};
            describe(path, field);
            fields.push_back(std::move(field));
        }
        return fields;
    }

  private:
    // By the contract, or as a parameter of the component that the section names.
    void describe(const std::string& path, Json& field) {
        if (Result<Json> about = explain_key(path)) {
            for (const char* key : {"type", "allowed", "doc", "default"}) {
                if (about->contains(key)) field[key] = (*about)[key];
            }
            return;
        }
        const std::size_t dot = path.rfind('.');
        if (dot == std::string::npos) return;
        const Json& section = section_at(document_, path.substr(0, dot));
        const auto component = components_.find(value_of_type_at<std::string>(section, "type", ""));
        if (component == components_.end()) return;
        const Json params = component->second->value("params", Json::array());
        for (const Json& param : params) {
            if (param.value("name", "") != path.substr(dot + 1)) continue;
            field["parameter"] = param;
            field["doc"] = param.value("doc", "");
            field["allowed"] = param.value("text", "");
        }
    }

    const Json& document_;
    const std::vector<DefaultsEntry>& defaults_;
    std::map<std::string, const Json*> components_;
};

}  // namespace

Result<std::vector<BuiltinTemplate>> builtin_templates() {
    const fs::path configs = builtin_configs();
    if (configs.empty()) return make_error(Code::kWrongState, "this master has no built-in configs beside it");
    std::vector<BuiltinTemplate> templates;
    for (const fs::path& folder : sorted_entries(configs / "templates", true)) {
        for (const fs::path& file : sorted_entries(folder, false)) {
            GOETIA_ASSIGN(const std::string text, read_file(file));
            const std::string task = folder.filename().native();
            templates.push_back({.name = task + "/" + file.stem().native(),
                                 .task = task,
                                 .sentence = first_comment(text),
                                 .file = file});
        }
    }
    return templates;
}

Result<BuiltinTemplate> builtin_template(const std::string& name) {
    GOETIA_ASSIGN(const std::vector<BuiltinTemplate> all, builtin_templates());
    std::vector<std::string> names;
    for (const BuiltinTemplate& one : all) {
        if (one.name == name) return one;
        names.push_back(one.name);
    }
    Error error = not_found("there is no template '{}'", name);
    error.faults.push_back({.path = "template",
                            .message = "is not the name of a template",
                            .found = name,
                            .allowed = fmt::format("{}", fmt::join(names, ", ")),
                            .nearest = nearest_name(name, names)});
    return error;
}

std::vector<std::pair<std::string, std::vector<std::string>>> builtin_groups() {
    std::vector<std::pair<std::string, std::vector<std::string>>> groups;
    const fs::path configs = builtin_configs();
    if (configs.empty()) return groups;
    for (const fs::path& folder : sorted_entries(configs / "groups", true)) {
        std::vector<std::string> choices;
        for (const fs::path& file : sorted_entries(folder, false)) choices.push_back(file.stem().native());
        groups.emplace_back(folder.filename().native(), std::move(choices));
    }
    return groups;
}

Result<std::vector<BuiltinPreset>> builtin_presets(const std::string& group) {
    std::vector<std::string> groups;
    const fs::path folder = builtin_configs() / "groups";
    std::vector<BuiltinPreset> presets;
    for (const auto& [name, choices] : builtin_groups()) {
        groups.push_back(name);
        if (name != group) continue;
        for (const std::string& choice : choices) {
            const fs::path file = folder / group / (choice + ".yaml");
            GOETIA_ASSIGN(const std::string text, read_file(file));
            Result<Composed> composed =
                compose_unresolved({.file = file, .name = group + "/" + choice, .folder = folder, .is_foreign = true});
            if (!composed) return without_own_folders(std::move(composed).error());
            const std::string package = composed->defaults.empty() ? "" : composed->defaults.back().package;
            const Json& section = package.empty() ? composed->unresolved : section_at(composed->unresolved, package);
            presets.push_back({.name = choice,
                               .sentence = comment_of_choice(text),
                               .package = package,
                               .section = std::make_shared<const Json>(section)});
        }
    }
    if (!presets.empty()) return presets;
    const std::string near = nearest_name(group, groups);
    return not_found("there is no group '{}'{}", group, near.empty() ? "" : fmt::format(", did you mean '{}'?", near));
}

std::string choice_of(const std::vector<DefaultsEntry>& defaults, const std::string& group) {
    for (const DefaultsEntry& entry : defaults) {
        const std::string config = entry.config.starts_with('/') ? entry.config.substr(1) : entry.config;
        if (config.starts_with(group + "/")) return config.substr(group.size() + 1);
    }
    return "";
}

Result<Json> template_form(const BuiltinTemplate& chosen, const ComponentCatalogue& catalogue) {
    Result<Composed> composed = compose_unresolved({.file = chosen.file, .is_foreign = true});
    if (!composed) return without_own_folders(std::move(composed).error());
    GOETIA_ASSIGN(Json fields, TemplateForm(*composed, catalogue).fields());
    return Json{{"name", chosen.name},
                {"task", chosen.task},
                {"sentence", chosen.sentence},
                {"config", composed->unresolved},
                {"fields", std::move(fields)}};
}

Error without_own_folders(Error error) {
    const std::string folder = builtin_configs().native();
    if (folder.empty()) return error;
    hide(error.message, folder, "configs");
    for (Fault& fault : error.faults) {
        for (std::string* text : {&fault.file, &fault.message, &fault.found, &fault.allowed})
            hide(*text, folder, "configs");
    }
    return error;
}

}  // namespace goetia
