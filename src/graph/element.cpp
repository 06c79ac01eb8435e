#include "graph/element.h"

#include <array>

namespace goetia {
namespace {

struct ElementRow {
    std::string_view name;
    std::size_t size;
};

constexpr std::array<ElementRow, 7> kElements{
    {{"f32", 4}, {"f16", 2}, {"i64", 8}, {"i32", 4}, {"i8", 1}, {"u8", 1}, {"bool", 1}}};

}  // namespace

std::string_view element_name(Element element) { return kElements[static_cast<std::size_t>(element)].name; }

std::size_t element_size(Element element) { return kElements[static_cast<std::size_t>(element)].size; }

std::optional<Element> element_named(std::string_view name) {
    for (std::size_t i = 0; i < kElements.size(); ++i) {
        if (kElements[i].name == name) return static_cast<Element>(i);
    }
    return std::nullopt;
}

}  // namespace goetia
