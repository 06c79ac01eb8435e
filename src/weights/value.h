// The contents of a checkpoint as plain data: all values that a .pth file can hold. No LibTorch here; learn/ converts
// its tensors to and from these.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace goetia {

enum class DType { kBool, kUInt8, kInt8, kInt16, kInt32, kInt64, kFloat16, kBFloat16, kFloat32, kFloat64 };

std::size_t size_of(DType type);
std::string_view dtype_name(DType type);  // "float32"

// Contiguous, row-major, little-endian. `memory` owns the bytes; two tensors may share one storage.
struct Tensor {
    DType dtype = DType::kFloat32;
    std::vector<std::int64_t> shape;
    std::shared_ptr<const void> memory;  // keeps `data` alive
    const std::byte* data = nullptr;

    [[nodiscard]] std::int64_t elements() const;
    [[nodiscard]] std::size_t bytes() const { return static_cast<std::size_t>(elements()) * size_of(dtype); }
};

struct Value;
using List = std::vector<Value>;
// Ordered, as Python's dict. Keys are texts or integers (optimizer states are keyed by integer).
using Dict = std::vector<std::pair<Value, Value>>;
struct Tuple {
    List items;
};

struct Value {
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Tensor, List, Tuple, Dict> held;

    Value() = default;
    Value(bool value) : held(value) {}
    Value(int value) : held(static_cast<std::int64_t>(value)) {}
    Value(std::int64_t value) : held(value) {}
    Value(double value) : held(value) {}
    Value(const char* value) : held(std::string(value)) {}
    Value(std::string value) : held(std::move(value)) {}
    Value(Tensor value) : held(std::move(value)) {}
    Value(List value) : held(std::move(value)) {}
    Value(Tuple value) : held(std::move(value)) {}
    Value(Dict value) : held(std::move(value)) {}

    template <class T>
    [[nodiscard]] bool is() const {
        return std::holds_alternative<T>(held);
    }
    template <class T>
    [[nodiscard]] const T& as() const {
        return std::get<T>(held);
    }
    template <class T>
    [[nodiscard]] T& as() {
        return std::get<T>(held);
    }
    [[nodiscard]] bool is_none() const { return is<std::monostate>(); }

    // The entry of a Dict with this text key, or nullptr.
    [[nodiscard]] const Value* find(std::string_view key) const;
};

}  // namespace goetia
