// The tasks that can be trained, one line each.
#include <array>

#include "learn/tasks/classification.h"
#include "learn/tasks/task_kit.h"

namespace goetia {

Result<const TaskKit*> task_kit(Task task) {
    static const std::array kits{classification_kit()};
    std::string known;
    for (const TaskKit& kit : kits) {
        if (kit.task == task) return &kit;
        known += (known.empty() ? "" : ", ") + std::string(task_name(kit.task));
    }
    return make_error(Code::kUnsupported, "the model's task is '{}', which cannot be trained; allowed: {}",
                      task_name(task), known);
}

}  // namespace goetia
