#include "weights/compare.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/ranges.h>

namespace goetia {
namespace {

template <class T>
T load(const Tensor& tensor, std::int64_t index) {
    T value;
    std::memcpy(&value, tensor.data + static_cast<std::size_t>(index) * sizeof(T), sizeof(T));
    return value;
}

double from_half(std::uint16_t bits) {
    const int exponent = bits >> 10 & 0x1f;
    const int fraction = bits & 0x3ff;
    const double size = exponent == 0    ? std::ldexp(fraction, -24)
                        : exponent == 31 ? (fraction != 0 ? std::numeric_limits<double>::quiet_NaN()
                                                          : std::numeric_limits<double>::infinity())
                                         : std::ldexp(fraction + 1024, exponent - 25);
    return (bits >> 15) != 0 ? -size : size;
}

// NaN where only one side is NaN.
double largest_difference(const Tensor& first, const Tensor& second) {
    double largest = 0;
    for (std::int64_t i = 0; i < first.elements(); ++i) {
        const double a = number_at(first, i), b = number_at(second, i);
        if (a == b || (std::isnan(a) && std::isnan(b))) continue;
        const double apart = std::fabs(a - b);
        if (std::isnan(apart)) return apart;
        largest = std::max(largest, apart);
    }
    return largest;
}

}  // namespace

double number_at(const Tensor& tensor, std::int64_t index) {
    switch (tensor.dtype) {
        case DType::kBool:
        case DType::kUInt8: return load<std::uint8_t>(tensor, index);
        case DType::kInt8: return load<std::int8_t>(tensor, index);
        case DType::kInt16: return load<std::int16_t>(tensor, index);
        case DType::kInt32: return load<std::int32_t>(tensor, index);
        case DType::kInt64: return static_cast<double>(load<std::int64_t>(tensor, index));
        case DType::kFloat16: return from_half(load<std::uint16_t>(tensor, index));
        case DType::kBFloat16:
            return std::bit_cast<float>(static_cast<std::uint32_t>(load<std::uint16_t>(tensor, index)) << 16);
        case DType::kFloat32: return load<float>(tensor, index);
        case DType::kFloat64: return load<double>(tensor, index);
    }
    return 0;
}

std::string shape_text(const Tensor& tensor) {
    return fmt::format("{}[{}]", dtype_name(tensor.dtype), fmt::join(tensor.shape, ", "));
}

std::string_view difference_name(Difference difference) {
    switch (difference) {
        case Difference::kOnlyInFirst: return "only_in_first";
        case Difference::kOnlyInSecond: return "only_in_second";
        case Difference::kType: return "type";
        case Difference::kShape: return "shape";
        case Difference::kNumbers: return "numbers";
    }
    return "";
}

std::vector<TensorDifference> compare_tensors(const std::map<std::string, Tensor>& first,
                                              const std::map<std::string, Tensor>& second) {
    std::vector<TensorDifference> found;
    for (const auto& [name, tensor] : first) {
        const auto place = second.find(name);
        if (place == second.end()) found.push_back({name, Difference::kOnlyInFirst});
        else if (tensor.dtype != place->second.dtype) found.push_back({name, Difference::kType});
        else if (tensor.shape != place->second.shape) found.push_back({name, Difference::kShape});
        else if (tensor.bytes() > 0 && std::memcmp(tensor.data, place->second.data, tensor.bytes()) != 0)
            found.push_back({name, Difference::kNumbers, largest_difference(tensor, place->second)});
    }
    for (const auto& [name, tensor] : second) {
        if (!first.contains(name)) found.push_back({name, Difference::kOnlyInSecond});
    }
    return found;
}

}  // namespace goetia
