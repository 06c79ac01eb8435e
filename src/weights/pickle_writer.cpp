#include <bit>
#include <cstring>
#include <limits>
#include <map>

#include "weights/pickle.h"

namespace goetia {
namespace {

// No memo: a plain tree needs none, and equal values give equal bytes.
class Writer {
  public:
    Pickled write(const Value& value) {
        out_ = std::string("\x80\x02", 2);
        put(value);
        out_ += '.';
        return {std::move(out_), std::move(storages_)};
    }

  private:
    void put(const Value& value) {
        std::visit([this](const auto& held) { put_held(held); }, value.held);
    }

    void put_held(std::monostate) { out_ += 'N'; }
    void put_held(bool value) { out_ += value ? '\x88' : '\x89'; }
    void put_held(double value) {
        out_ += 'G';
        const auto bits = std::bit_cast<std::uint64_t>(value);
        for (int shift = 56; shift >= 0; shift -= 8) out_ += static_cast<char>(bits >> shift);
    }
    void put_held(std::int64_t value) {
        if (value >= 0 && value < 256) {
            out_ += 'K';
            little(value, 1);
        } else if (value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max()) {
            out_ += 'J';
            little(value, 4);
        } else {
            out_ += "\x8a\x08";
            little(value, 8);
        }
    }
    void put_held(const std::string& value) {
        out_ += 'X';
        little(static_cast<std::int64_t>(value.size()), 4);
        out_ += value;
    }
    void put_held(const List& list) {
        out_ += "](";
        for (const Value& item : list) put(item);
        out_ += 'e';
    }
    void put_held(const Tuple& tuple) {
        out_ += '(';
        for (const Value& item : tuple.items) put(item);
        out_ += 't';
    }
    void put_held(const Dict& dict) {
        out_ += "}(";
        for (const auto& [key, value] : dict) put(key), put(value);
        out_ += 'u';
    }
    // torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, OrderedDict())
    void put_held(const Tensor& tensor) {
        const auto [key, offset] = storage_of(tensor);
        out_ += "ctorch._utils\n_rebuild_tensor_v2\n((";
        put_held(std::string("storage"));
        out_ += "ctorch\n" + std::string(storage_name(tensor.dtype)) + "\n";
        put_held(std::to_string(key));
        put_held(std::string("cpu"));
        put_held(storages_[key].elements());
        out_ += "tQ";
        put_held(offset);
        put_numbers(tensor.shape);
        put_numbers(contiguous_strides(tensor.shape));
        out_ += "\x89" "ccollections\nOrderedDict\n)RtR";
    }

    void put_numbers(const std::vector<std::int64_t>& numbers) {
        out_ += '(';
        for (const std::int64_t number : numbers) put_held(number);
        out_ += 't';
    }

    static std::vector<std::int64_t> contiguous_strides(const std::vector<std::int64_t>& shape) {
        std::vector<std::int64_t> strides(shape.size());
        std::int64_t step = 1;
        for (std::size_t i = shape.size(); i > 0; --i) strides[i - 1] = step, step *= std::max<std::int64_t>(1, shape[i - 1]);
        return strides;
    }

    // Tensors that are exactly the same memory share a storage, as tied weights do.
    std::pair<std::size_t, std::int64_t> storage_of(const Tensor& tensor) {
        const auto [place, is_new] = keys_.try_emplace({tensor.data, tensor.bytes(), tensor.dtype}, storages_.size());
        if (is_new) storages_.push_back(tensor);
        return {place->second, 0};
    }

    void little(std::int64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) out_ += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
    }

    std::string out_;
    std::vector<Tensor> storages_;
    std::map<std::tuple<const std::byte*, std::size_t, DType>, std::size_t> keys_;
};

}  // namespace

Pickled pickle(const Value& value) { return Writer().write(value); }

std::string_view storage_name(DType type) {
    switch (type) {
        case DType::kBool: return "BoolStorage";
        case DType::kUInt8: return "ByteStorage";
        case DType::kInt8: return "CharStorage";
        case DType::kInt16: return "ShortStorage";
        case DType::kInt32: return "IntStorage";
        case DType::kInt64: return "LongStorage";
        case DType::kFloat16: return "HalfStorage";
        case DType::kBFloat16: return "BFloat16Storage";
        case DType::kFloat32: return "FloatStorage";
        case DType::kFloat64: return "DoubleStorage";
    }
    return "FloatStorage";
}

}  // namespace goetia
