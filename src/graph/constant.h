// The numbers of a tensor that is known beforehand: weights, tables of anchors, shapes. Never changed once made, so
// that graphs share them, and with the model they came from.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "graph/element.h"
#include "graph/extents.h"

namespace goetia {

class GraphConstant {
  public:
    GraphConstant(Element element, std::vector<std::int64_t> lengths, std::shared_ptr<const void> owner,
                  std::span<const std::byte> bytes)
        : element_(element), lengths_(std::move(lengths)), owner_(std::move(owner)), bytes_(bytes) {}

    static std::shared_ptr<const GraphConstant> of_floats(std::vector<std::int64_t> lengths,
                                                          std::vector<float> numbers);
    static std::shared_ptr<const GraphConstant> of_whole(std::vector<std::int64_t> lengths,
                                                         std::vector<std::int64_t> numbers);
    static std::shared_ptr<const GraphConstant> of_bytes(Element element, std::vector<std::int64_t> lengths,
                                                         std::vector<std::byte> bytes);

    [[nodiscard]] Element element() const { return element_; }
    [[nodiscard]] const std::vector<std::int64_t>& lengths() const { return lengths_; }
    [[nodiscard]] std::int64_t count() const { return elements_at(fixed_extents(lengths_), 1); }
    [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
    // Whatever the type is, f16 included.
    [[nodiscard]] std::vector<float> floats() const;
    [[nodiscard]] std::vector<std::int64_t> whole() const;

  private:
    Element element_;
    std::vector<std::int64_t> lengths_;
    std::shared_ptr<const void> owner_;
    std::span<const std::byte> bytes_;
};

using ConstantPtr = std::shared_ptr<const GraphConstant>;

// IEEE 754 half precision, to the nearest and ties to even; what is too large becomes infinite.
std::uint16_t half_of(float number);
float from_half(std::uint16_t bits);

}  // namespace goetia
