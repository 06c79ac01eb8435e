#include "config/named_model.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/ranges.h>

#include "base/json.h"
#include "base/nearest.h"
#include "config/config.h"

namespace goetia {
namespace {

std::filesystem::path groups_folder() { return builtin_configs() / "groups"; }

}  // namespace

std::vector<std::string> model_names() {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(groups_folder() / "model", none)) {
        if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
    }
    std::ranges::sort(names);
    return names;
}

Result<Json> named_model(const std::string& name) {
    const std::vector<std::string> known = model_names();
    if (std::ranges::find(known, name) == known.end()) {
        const std::string near = nearest_name(name, known);
        return not_found("no model '{}'{}; known: {}", name,
                         near.empty() ? "" : fmt::format("; did you mean '{}'?", near), fmt::join(known, ", "));
    }
    GOETIA_ASSIGN(const Composed composed, compose({.file = groups_folder() / "model" / (name + ".yaml"),
                                                    .name = "model/" + name,
                                                    .folder = groups_folder()}));
    if (!composed.document.contains("model"))
        return invalid("'{}' gives no 'model' section; its first line must be '# @package model'",
                       composed.files.front());
    return composed.document["model"];
}

std::string task_of_model(const std::string& type) {
    static const std::map<std::string, std::string> kTasks{
        {"ImageClassifier", "classification"},  {"ImageRegressor", "regression"},
        {"ObjectDetector", "detection"},        {"InstanceSegmenter", "instance"},
        {"MultilabelClassifier", "multilabel"}, {"SemanticSegmenter", "segmentation"}};
    const auto found = kTasks.find(type);
    return found == kTasks.end() ? std::string() : found->second;
}

}  // namespace goetia
