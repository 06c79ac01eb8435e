#include "base/json_path.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace goetia {
namespace {

std::optional<std::size_t> place_in_list(std::string_view step) {
    std::size_t place = 0;
    const auto [end, fault] = std::from_chars(step.data(), step.data() + step.size(), place);
    return fault == std::errc{} && end == step.data() + step.size() ? std::optional(place) : std::nullopt;
}

const Json* child(const Json& parent, std::string_view step) {
    if (parent.is_array()) {
        const auto place = place_in_list(step);
        return place && *place < parent.size() ? &parent[*place] : nullptr;
    }
    if (!parent.is_object()) return nullptr;
    const auto found = parent.find(std::string(step));
    return found == parent.end() ? nullptr : &*found;
}

}  // namespace

const Json* find_at(const Json& document, std::string_view path) {
    const Json* place = &document;
    while (place != nullptr && !path.empty()) {
        const std::size_t dot = std::min(path.find('.'), path.size());
        place = child(*place, path.substr(0, dot));
        path.remove_prefix(std::min(dot + 1, path.size()));
    }
    return place;
}

Json* find_at(Json& document, std::string_view path) {
    return const_cast<Json*>(find_at(std::as_const(document), path));
}

const Json& required_at(const Json& document, std::string_view path) {
    const Json* found = find_at(document, path);
    if (found == nullptr) throw std::out_of_range(fmt::format("the document does not say '{}'", path));
    return *found;
}

const Json& section_at(const Json& document, std::string_view path) {
    static const Json kNull;
    const Json* found = find_at(document, path);
    return found == nullptr ? kNull : *found;
}

}  // namespace goetia
