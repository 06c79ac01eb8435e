// Reading and writing dataset.yaml.
#include "datasets/layout/found_set.h"

#include <array>

#include "base/files.h"
#include "base/json_text.h"
#include "config/config.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

Result<std::optional<Task>> task_in(const Json& document, const fs::path& file) {
    if (!document.contains("task") || document["task"].is_null()) return std::optional<Task>();
    if (document["task"].is_string()) {
        if (const auto task = task_from_name(document["task"].get<std::string>())) return task;
    }
    std::string allowed;
    for (const Task task : kTasks) allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", task_name(task));
    return invalid("'{}': task is {} (allowed: {})", file.native(), json_text(document["task"]), allowed);
}

// Files beside dataset.yaml are named from there where the data are elsewhere.
void place_files(Json& section, const fs::path& folder) {
    for (const char* key : {"ann_file", "classes_file"}) {
        std::error_code code;
        if (!section.contains(key) || !section[key].is_string()) continue;
        const fs::path file = section[key].get<std::string>();
        if (file.is_relative() && fs::exists(folder / file, code)) section[key] = (folder / file).native();
    }
}

}  // namespace

Result<std::optional<DatasetFile>> read_dataset_file(const fs::path& folder) {
    const fs::path file = folder / kDatasetFile;
    std::error_code code;
    if (!fs::is_regular_file(file, code)) return std::optional<DatasetFile>();
    GOETIA_ASSIGN(const std::string text, read_file(file));
    GOETIA_ASSIGN(const Json document, parse_yaml(text, file.native()));
    if (!document.is_object() || !document.contains("dataset")) return std::optional<DatasetFile>();
    DatasetFile found{.section = document["dataset"], .task = {}};
    if (!found.section.is_object() || !found.section.contains("type") || !found.section["type"].is_string())
        return invalid("'{}': 'dataset' needs a 'type'; correct it, or remove the file", file.native());
    GOETIA_ASSIGN(found.task, task_in(document, file));
    Json& section = found.section;
    const auto placed = [&](const Json& root) {
        const fs::path path = root.get<std::string>();
        return path.is_absolute() ? path.native() : (folder / path).lexically_normal().native();
    };
    if (section.contains("data_roots") && section["data_roots"].is_array()) {
        for (Json& root : section["data_roots"]) {
            if (root.is_string()) root = placed(root);
        }
    } else if (!section.contains("data_root") || !section["data_root"].is_string()) {
        section["data_root"] = folder.native();
        return std::optional(found);
    } else {
        section["data_root"] = placed(section["data_root"]);
    }
    place_files(section, folder);
    for (const char* split : {"train", "val", "test"}) {
        if (section.contains(split) && section[split].is_object()) place_files(section[split], folder);
    }
    return std::optional(found);
}

Status write_dataset_file(const fs::path& folder, const Json& section, std::optional<Task> task) {
    Json document{{"dataset", section}};
    if (task) document["task"] = task_name(*task);
    return write_file_atomic(
        folder / kDatasetFile,
        "# What this folder is: 'goetia dataset' and 'goetia train --data' read it.\n" + to_yaml(document));
}

}  // namespace goetia
