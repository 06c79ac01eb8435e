// The tasks that can be trained, one line each.
#include <array>

#include <fmt/ranges.h>

#include "learn/tasks/classification.h"
#include "learn/tasks/multilabel.h"
#include "learn/tasks/objects.h"
#include "learn/tasks/regression.h"
#include "learn/tasks/semantic.h"
#include "learn/tasks/task_kit.h"

namespace goetia {

Status check_task(const ComponentInfo& component, const std::string& path, Task task) {
    if (component.schema.fits_task(task_name(task))) return {};
    return invalid("{}: '{}' is for {}, but the model's task is {}", path, component.schema.name(),
                   fmt::join(component.schema.tasks(), ", "), task_name(task));
}

Result<const TaskKit*> task_kit(Task task) {
    static const std::array kits{classification_kit(), detection_kit(),  instance_kit(),
                                 multilabel_kit(),     regression_kit(), semantic_kit()};
    std::string known;
    for (const TaskKit& kit : kits) {
        if (kit.task == task) return &kit;
        known += (known.empty() ? "" : ", ") + std::string(task_name(kit.task));
    }
    return make_error(Code::kUnsupported, "the model's task is '{}', which cannot be trained; allowed: {}",
                      task_name(task), known);
}

}  // namespace goetia
