#include "graph/extents.h"

#include <charconv>
#include <limits>

#include <fmt/format.h>

namespace goetia {

std::vector<std::int64_t> lengths_at(const Extents& extents, std::int64_t batch) {
    std::vector<std::int64_t> lengths;
    for (const GraphExtent& extent : extents) lengths.push_back(extent.at(batch));
    return lengths;
}

std::int64_t elements_at(const Extents& extents, std::int64_t batch) {
    constexpr std::int64_t kTooMany = std::numeric_limits<std::int64_t>::max();
    std::int64_t count = 1;
    for (const GraphExtent& extent : extents) {
        if (__builtin_mul_overflow(count, extent.count, &count)) return kTooMany;
        if (extent.of_batch && __builtin_mul_overflow(count, batch, &count)) return kTooMany;
    }
    return count;
}

bool grows(const Extents& extents) {
    for (const GraphExtent& extent : extents) {
        if (extent.of_batch) return true;
    }
    return false;
}

Extents fixed_extents(const std::vector<std::int64_t>& lengths) { return {lengths.begin(), lengths.end()}; }

Result<std::vector<std::int64_t>> reshape_lengths(const Extents& extents) {
    if (std::ranges::count(extents, true, &GraphExtent::of_batch) > 1)
        return invalid("a shape {} of which several lengths grow with the batch", extents_text(extents));
    std::vector<std::int64_t> lengths;
    for (const GraphExtent& extent : extents) lengths.push_back(extent.of_batch ? -1 : extent.count);
    return lengths;
}

std::string extents_text(const Extents& extents) {
    std::string text;
    for (const GraphExtent& extent : extents) {
        if (!text.empty()) text += ',';
        if (!extent.of_batch) text += std::to_string(extent.count);
        else text += extent.count == 1 ? "N" : fmt::format("{}N", extent.count);
    }
    return "[" + text + "]";
}

std::optional<Extents> extents_from_text(std::string_view text) {
    if (text.size() < 2 || text.front() != '[' || text.back() != ']') return std::nullopt;
    text = text.substr(1, text.size() - 2);
    Extents extents;
    while (!text.empty()) {
        std::string_view one = text.substr(0, text.find(','));
        text = one.size() == text.size() ? std::string_view() : text.substr(one.size() + 1);
        GraphExtent extent(1);
        if (one.ends_with('N')) extent.of_batch = true, one.remove_suffix(1);
        if (!one.empty() || !extent.of_batch) {
            const auto [end, code] = std::from_chars(one.data(), one.data() + one.size(), extent.count);
            if (code != std::errc() || end != one.data() + one.size()) return std::nullopt;
        }
        extents.push_back(extent);
    }
    return extents;
}

std::optional<Extents> extents_of_traces(const std::vector<std::int64_t>& of_two,
                                         const std::vector<std::int64_t>& of_three) {
    if (of_two.size() != of_three.size()) return std::nullopt;
    Extents extents;
    for (std::size_t i = 0; i < of_two.size(); ++i) {
        const std::int64_t step = of_three[i] - of_two[i];
        if (step == 0) extents.emplace_back(of_two[i]);
        else if (step > 0 && of_two[i] == 2 * step) extents.push_back(GraphExtent::batch(step));
        else return std::nullopt;
    }
    return extents;
}

}  // namespace goetia
