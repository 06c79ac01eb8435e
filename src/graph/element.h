// The types of the numbers in a graph's tensors.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace goetia {

enum class Element : std::uint8_t { kF32, kF16, kI64, kI32, kI8, kU8, kBool };

std::string_view element_name(Element element);  // "f32"
std::optional<Element> element_named(std::string_view name);
std::size_t element_size(Element element);  // in bytes
[[nodiscard]] inline bool is_floating(Element element) { return element == Element::kF32 || element == Element::kF16; }

}  // namespace goetia
