#include "datasets/synthetic/common.h"

#include <algorithm>

#include "datasets/synthetic/shape_distance.h"

namespace goetia {

std::vector<std::size_t> sorted_kinds(std::int64_t count) {
    std::vector<std::size_t> kinds(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] = i;
    std::sort(kinds.begin(), kinds.end(),
              [](std::size_t a, std::size_t b) { return shape_names()[a] < shape_names()[b]; });
    return kinds;
}

}  // namespace goetia
