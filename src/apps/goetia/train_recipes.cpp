#include "apps/goetia/train_recipes.h"

#include <algorithm>
#include <map>

#include "base/files.h"
#include "config/config.h"
#include "config/named_model.h"
#include "imaging/task.h"

namespace goetia::cli {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> yaml_files(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code code;
    for (fs::directory_iterator entry(folder, code); !code && entry != fs::directory_iterator();
         entry.increment(code)) {
        if (entry->path().extension() == ".yaml") files.push_back(entry->path());
    }
    std::ranges::sort(files);
    return files;
}

Result<Json> document_in(const fs::path& file) {
    GOETIA_ASSIGN(const std::string text, read_file(file));
    return parse_yaml(text, file.native());
}

// The option of the group `model` in a defaults list, and the plain config that it extends.
void read_defaults(const Json& document, std::string& model, std::string& extended) {
    if (!document.contains("defaults")) return;
    for (const Json& item : document["defaults"]) {
        if (item.is_string() && item != "_self_" && !item.get<std::string>().starts_with('/')) extended = item;
        for (const char* key : {"/model", "override /model"}) {
            if (item.is_object() && item.contains(key) && item[key].is_string()) model = item[key];
        }
    }
}

Result<std::vector<Recipe>> templates_of(const std::string& task, const fs::path& folder) {
    std::vector<Recipe> recipes;
    std::map<std::string, std::string> extended;
    for (const fs::path& file : yaml_files(folder)) {
        GOETIA_ASSIGN(const Json document, document_in(file));
        Recipe recipe{.task = task, .name = file.stem().native(), .file = file};
        read_defaults(document, recipe.model, extended[recipe.name]);
        recipes.push_back(std::move(recipe));
    }
    for (Recipe& recipe : recipes) {
        std::string name = recipe.name;
        for (int steps = 0; steps < 10 && !name.empty() && !recipe.has_model_group; ++steps) {
            const auto own = std::ranges::find(recipes, name, &Recipe::name);
            recipe.has_model_group = own != recipes.end() && !own->model.empty();
            name = extended[name];
        }
    }
    return recipes;
}

Result<std::vector<ModelChoice>> models_in(const fs::path& folder) {
    std::map<std::string, std::string> types, bases;
    for (const fs::path& file : yaml_files(folder)) {
        GOETIA_ASSIGN(const Json document, document_in(file));
        const std::string name = file.stem().native();
        std::string unused, extended;
        read_defaults(document, unused, extended);
        bases[name] = extended;
        if (document.contains("type") && document["type"].is_string()) types[name] = document["type"];
    }
    std::vector<ModelChoice> models;
    for (const auto& [name, extended] : bases) {
        std::string base = name;
        for (int steps = 0; steps < 10 && bases.contains(base) && !bases[base].empty(); ++steps) base = bases[base];
        models.push_back({name, task_of_model(types.contains(name) ? types[name] : types[base]), base});
    }
    return models;
}

}  // namespace

Result<Recipes> builtin_recipes(const fs::path& configs) {
    Recipes recipes;
    for (const Task task : kTasks) {
        const std::string name(task_name(task));
        GOETIA_ASSIGN(const std::vector<Recipe> own, templates_of(name, configs / "templates" / name));
        recipes.templates.insert(recipes.templates.end(), own.begin(), own.end());
    }
    GOETIA_ASSIGN(recipes.models, models_in(configs / "groups" / "model"));
    for (const fs::path& file : yaml_files(configs / "groups" / "backbone"))
        recipes.backbones.push_back(file.stem().native());
    return recipes;
}

}  // namespace goetia::cli
