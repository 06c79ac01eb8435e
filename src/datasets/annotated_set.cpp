#include "datasets/annotated_set.h"

#include <array>

namespace goetia {

std::string_view task_name(Task task) {
    constexpr std::array kNames{"classification", "detection", "instance", "segmentation", "regression"};
    return kNames.at(static_cast<std::size_t>(task));
}

}  // namespace goetia
