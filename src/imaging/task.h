// What a model is trained to find in an image; models, metrics and data sets are matched by it.
#pragma once

#include <string_view>

namespace goetia {

enum class Task { kClassification, kDetection, kInstance, kSemantic, kRegression };

constexpr std::string_view task_name(Task task) {
    switch (task) {
        case Task::kClassification: return "classification";
        case Task::kDetection: return "detection";
        case Task::kInstance: return "instance";
        case Task::kSemantic: return "segmentation";
        case Task::kRegression: return "regression";
    }
    return {};
}

}  // namespace goetia
