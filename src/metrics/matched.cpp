#include "metrics/matched.h"

#include <algorithm>
#include <numeric>

namespace goetia {

std::vector<std::uint32_t> surest_first(const std::vector<MatchedObject>& objects) {
    std::vector<std::uint32_t> order(objects.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (is_surer(objects[a].score, objects[b].score)) return true;
        return !is_surer(objects[b].score, objects[a].score) && a < b;
    });
    return order;
}

}  // namespace goetia
