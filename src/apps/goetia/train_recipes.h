// The built-in templates and models that `goetia train --data` chooses from.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia::cli {

struct Recipe {
    std::string task, name;  // configs/templates/<task>/<name>.yaml
    std::filesystem::path file;
    std::string model;             // the option of the group `model` in its defaults; empty if it has none
    bool has_model_group = false;  // it, or the template that it extends
};

struct ModelChoice {
    std::string name;
    std::string task;  // "detection"; empty for a model of a type that is not built in
    std::string base;  // the model that it varies, or itself
};

struct Recipes {
    std::vector<Recipe> templates;
    std::vector<ModelChoice> models;
    std::vector<std::string> backbones;
};

Result<Recipes> builtin_recipes(const std::filesystem::path& configs);

}  // namespace goetia::cli
