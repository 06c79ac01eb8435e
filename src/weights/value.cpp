#include "weights/value.h"

#include <algorithm>

namespace goetia {

std::size_t size_of(DType type) {
    switch (type) {
        case DType::kBool:
        case DType::kUInt8:
        case DType::kInt8: return 1;
        case DType::kInt16:
        case DType::kFloat16:
        case DType::kBFloat16: return 2;
        case DType::kInt32:
        case DType::kFloat32: return 4;
        case DType::kInt64:
        case DType::kFloat64: return 8;
    }
    return 0;
}

std::string_view dtype_name(DType type) {
    switch (type) {
        case DType::kBool: return "bool";
        case DType::kUInt8: return "uint8";
        case DType::kInt8: return "int8";
        case DType::kInt16: return "int16";
        case DType::kInt32: return "int32";
        case DType::kInt64: return "int64";
        case DType::kFloat16: return "float16";
        case DType::kBFloat16: return "bfloat16";
        case DType::kFloat32: return "float32";
        case DType::kFloat64: return "float64";
    }
    return "";
}

std::int64_t Tensor::elements() const {
    std::int64_t product = 1;
    for (const std::int64_t size : shape) product *= size;
    return product;
}

const Value* Value::find(std::string_view key) const {
    if (!is<Dict>()) return nullptr;
    const Dict& dict = as<Dict>();
    const auto place = std::find_if(dict.begin(), dict.end(), [&](const auto& entry) {
        return entry.first.template is<std::string>() && entry.first.template as<std::string>() == key;
    });
    return place == dict.end() ? nullptr : &place->second;
}

}  // namespace goetia
