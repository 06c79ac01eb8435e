// The names of types in safetensors, in the order in which its writer sorts tensors.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "weights/value.h"

namespace goetia {

inline constexpr std::array<std::pair<DType, std::string_view>, 10> kSafetensorsTypes{{
    {DType::kInt64, "I64"},
    {DType::kFloat64, "F64"},
    {DType::kFloat32, "F32"},
    {DType::kInt32, "I32"},
    {DType::kBFloat16, "BF16"},
    {DType::kFloat16, "F16"},
    {DType::kInt16, "I16"},
    {DType::kInt8, "I8"},
    {DType::kUInt8, "U8"},
    {DType::kBool, "BOOL"},
}};

inline std::size_t safetensors_rank(DType type) {
    return static_cast<std::size_t>(std::find_if(kSafetensorsTypes.begin(), kSafetensorsTypes.end(),
                                                 [&](const auto& one) { return one.first == type; }) -
                                    kSafetensorsTypes.begin());
}

}  // namespace goetia
