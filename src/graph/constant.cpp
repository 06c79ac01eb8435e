#include "graph/constant.h"

#include <cmath>
#include <cstring>

namespace goetia {
namespace {

template <class T>
ConstantPtr constant_of(Element element, std::vector<std::int64_t> lengths, std::vector<T> numbers) {
    const auto kept = std::make_shared<const std::vector<T>>(std::move(numbers));
    return std::make_shared<const GraphConstant>(element, std::move(lengths), kept,
                                                 std::as_bytes(std::span(kept->data(), kept->size())));
}

template <class To, class From>
std::vector<To> converted(std::span<const std::byte> bytes) {
    std::vector<To> numbers(bytes.size() / sizeof(From));
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        From one;
        std::memcpy(&one, bytes.data() + i * sizeof(From), sizeof(From));
        numbers[i] = static_cast<To>(one);
    }
    return numbers;
}

template <class To>
std::vector<To> numbers_of(const GraphConstant& constant) {
    const std::span<const std::byte> bytes = constant.bytes();
    switch (constant.element()) {
        case Element::kF32: return converted<To, float>(bytes);
        case Element::kI64: return converted<To, std::int64_t>(bytes);
        case Element::kI32: return converted<To, std::int32_t>(bytes);
        case Element::kI8: return converted<To, std::int8_t>(bytes);
        case Element::kU8:
        case Element::kBool: return converted<To, std::uint8_t>(bytes);
        case Element::kF16: break;
    }
    std::vector<To> numbers;
    for (const std::uint16_t bits : converted<std::uint16_t, std::uint16_t>(bytes))
        numbers.push_back(static_cast<To>(from_half(bits)));
    return numbers;
}

}  // namespace

ConstantPtr GraphConstant::of_floats(std::vector<std::int64_t> lengths, std::vector<float> numbers) {
    return constant_of(Element::kF32, std::move(lengths), std::move(numbers));
}

ConstantPtr GraphConstant::of_whole(std::vector<std::int64_t> lengths, std::vector<std::int64_t> numbers) {
    return constant_of(Element::kI64, std::move(lengths), std::move(numbers));
}

ConstantPtr GraphConstant::of_bytes(Element element, std::vector<std::int64_t> lengths, std::vector<std::byte> bytes) {
    return constant_of(element, std::move(lengths), std::move(bytes));
}

std::vector<float> GraphConstant::floats() const { return numbers_of<float>(*this); }
std::vector<std::int64_t> GraphConstant::whole() const { return numbers_of<std::int64_t>(*this); }

std::uint16_t half_of(float number) {
    std::uint32_t bits;
    std::memcpy(&bits, &number, sizeof(bits));
    const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000U);
    const float size = std::fabs(number);
    if (std::isnan(number)) return static_cast<std::uint16_t>(sign | 0x7E00U);
    if (size == 0) return sign;
    if (size >= 65520.0F) return static_cast<std::uint16_t>(sign | 0x7C00U);
    // In steps of the half's last place: nearbyint rounds ties to even.
    int exponent = 0;
    std::frexp(size, &exponent);
    const int place = std::max(exponent - 11, -24);
    const auto steps = static_cast<std::uint32_t>(std::nearbyint(std::ldexp(size, -place)));
    if (place == -24) return static_cast<std::uint16_t>(sign | steps);
    // 1024 steps or more: the leading one is implied; 2048 carries into the exponent by itself.
    return static_cast<std::uint16_t>(sign | ((static_cast<std::uint32_t>(place + 25) << 10) + (steps - 1024)));
}

float from_half(std::uint16_t bits) {
    const int exponent = bits >> 10 & 0x1F;
    const int digits = bits & 0x3FF;
    float size = 0;
    if (exponent == 0) size = std::ldexp(static_cast<float>(digits), -24);
    else if (exponent == 31) size = digits != 0 ? NAN : INFINITY;
    else size = std::ldexp(static_cast<float>(digits + 1024), exponent - 25);
    return (bits & 0x8000) != 0 ? -size : size;
}

}  // namespace goetia
