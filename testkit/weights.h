// Values for tests of weight files, and their comparison.
#pragma once

#include <cstring>
#include <string>

#include "testkit/temporary_folder.h"
#include "weights/file_bytes.h"
#include "weights/value.h"

namespace goetia::testkit {

// Filled with values that depend on `seed`; bools with 0 and 1.
inline Tensor tensor(DType type, std::vector<std::int64_t> shape, unsigned seed = 1) {
    Tensor made{.dtype = type, .shape = std::move(shape), .memory = {}, .data = nullptr};
    const auto memory = aligned_memory(made.bytes());
    for (std::size_t i = 0; i < made.bytes(); ++i) {
        seed = seed * 1664525U + 1013904223U;
        memory.get()[i] = static_cast<std::byte>(type == DType::kBool ? seed >> 31 : (seed >> 24) & 0x3fU);
    }
    made.memory = memory, made.data = memory.get();
    return made;
}

inline bool equal(const Value& a, const Value& b);

inline bool equal(const List& a, const List& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!equal(a[i], b[i])) return false;
    }
    return true;
}

inline bool equal(const Value& a, const Value& b) {
    if (a.held.index() != b.held.index()) return false;
    if (a.is<Tensor>()) {
        const Tensor &one = a.as<Tensor>(), &two = b.as<Tensor>();
        return one.dtype == two.dtype && one.shape == two.shape &&
               (one.bytes() == 0 || std::memcmp(one.data, two.data, one.bytes()) == 0);
    }
    if (a.is<List>()) return equal(a.as<List>(), b.as<List>());
    if (a.is<Tuple>()) return equal(a.as<Tuple>().items, b.as<Tuple>().items);
    if (a.is<Dict>()) {
        if (a.as<Dict>().size() != b.as<Dict>().size()) return false;
        for (std::size_t i = 0; i < a.as<Dict>().size(); ++i) {
            if (!equal(a.as<Dict>()[i].first, b.as<Dict>()[i].first) ||
                !equal(a.as<Dict>()[i].second, b.as<Dict>()[i].second))
                return false;
        }
        return true;
    }
    if (a.is<bool>()) return a.as<bool>() == b.as<bool>();
    if (a.is<std::int64_t>()) return a.as<std::int64_t>() == b.as<std::int64_t>();
    if (a.is<double>()) return std::memcmp(&a.as<double>(), &b.as<double>(), sizeof(double)) == 0;
    if (a.is<std::string>()) return a.as<std::string>() == b.as<std::string>();
    return true;
}

inline constexpr DType kAllTypes[] = {DType::kBool,    DType::kUInt8,  DType::kInt8,    DType::kInt16,
                                      DType::kInt32,   DType::kInt64,  DType::kFloat16, DType::kBFloat16,
                                      DType::kFloat32, DType::kFloat64};

// Every kind of value and every type of tensor.
inline Value sample_value() {
    Dict model;
    for (const DType type : kAllTypes)
        model.emplace_back(std::string("layer.") + std::string(dtype_name(type)), tensor(type, {2, 3}));
    model.emplace_back("scalar", tensor(DType::kInt64, {}));
    model.emplace_back("empty", tensor(DType::kFloat32, {0, 4}));
    const Dict state{{0, Dict{{"momentum_buffer", tensor(DType::kFloat32, {5}, 9)}}}, {1, Dict{}}, {-7, Value()}};
    return Dict{
        {"model", model},
        {"optimizer",
         Dict{{"state", state},
              {"param_groups",
               List{Dict{{"lr", 0.1}, {"nesterov", true}, {"betas", Tuple{{0.9, 0.999}}}, {"params", List{0, 1}}}}}}},
        {"numbers",
         List{0, 255, 256, 65535, 65536, -1, std::int64_t{-2147483648LL}, 2147483647, std::int64_t{2147483648LL},
              std::int64_t{-9007199254740993LL}, std::int64_t{INT64_MAX}, std::int64_t{INT64_MIN}, 1.5, -0.0, 1e308}},
        {"tuples", Tuple{{Tuple{}, Tuple{{1}}, Tuple{{1, 2, 3, 4}}}}},
        {"nothing", Value()},
        {"yes", true},
        {"no", false},
        {"classes", List{"cat", "狗", "quo\"te\n"}},
        {"none", List{}}};
}

}  // namespace goetia::testkit
