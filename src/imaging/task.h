// What a model is trained to find in an image; models, metrics and data sets are matched by it.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace goetia {

enum class Task { kClassification, kDetection, kInstance, kSemantic, kRegression, kMultilabel };

constexpr std::string_view task_name(Task task) {
    switch (task) {
        case Task::kClassification: return "classification";
        case Task::kDetection: return "detection";
        case Task::kInstance: return "instance";
        case Task::kSemantic: return "segmentation";
        case Task::kRegression: return "regression";
        case Task::kMultilabel: return "multilabel";
    }
    return {};
}

inline constexpr std::array kTasks{Task::kClassification, Task::kDetection,  Task::kInstance,
                                   Task::kSemantic,       Task::kRegression, Task::kMultilabel};

constexpr std::optional<Task> task_from_name(std::string_view name) {
    for (const Task task : kTasks) {
        if (task_name(task) == name) return task;
    }
    return std::nullopt;
}

// Whether a sample's truth is its values: numbers to predict, or 0 and 1 for each class that it may be of.
constexpr bool has_values(Task task) { return task == Task::kRegression || task == Task::kMultilabel; }

}  // namespace goetia
