#include "weights/pickle_values.h"

#include <algorithm>
#include <limits>
#include <map>

namespace goetia::pickle {
namespace {

constexpr std::size_t kMaxDimensions = 64;

// The number of elements of a shape; empty when it is not plausible.
std::optional<std::int64_t> product(const std::vector<std::int64_t>& shape) {
    std::int64_t count = 1;
    bool empty = false;
    for (const std::int64_t size : shape) {
        if (size < 0) return std::nullopt;
        if (size == 0) empty = true;
        else if (__builtin_mul_overflow(count, size, &count)) return std::nullopt;
    }
    return empty ? 0 : count;
}

// One past the last element of the storage that the tensor reaches.
std::optional<std::int64_t> reach(const TensorNode& tensor) {
    std::int64_t last = tensor.offset;
    if (last < 0) return std::nullopt;
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
        std::int64_t step = 0;
        if (tensor.strides[i] < 0 || __builtin_mul_overflow(tensor.shape[i] - 1, tensor.strides[i], &step) ||
            __builtin_add_overflow(last, step, &last))
            return std::nullopt;
    }
    return last == std::numeric_limits<std::int64_t>::max() ? std::nullopt : std::optional(last + 1);
}

bool is_contiguous(const TensorNode& tensor) {
    std::int64_t expected = 1;
    for (std::size_t i = tensor.shape.size(); i-- > 0;) {
        if (tensor.shape[i] != 1 && tensor.strides[i] != expected) return false;
        expected *= tensor.shape[i];
    }
    return true;
}

// Row-major copy of strided elements.
void gather(const TensorNode& tensor, const std::byte* from, std::byte* to) {
    const std::size_t width = size_of(tensor.dtype);
    const std::size_t rank = tensor.shape.size();
    std::vector<std::int64_t> at(rank, 0);
    std::int64_t place = 0;
    for (;;) {
        std::memcpy(to, from + static_cast<std::size_t>(place) * width, width);
        to += width;
        std::size_t i = rank;
        while (i-- > 0) {
            place += tensor.strides[i];
            if (++at[i] < tensor.shape[i]) break;
            place -= tensor.strides[i] * tensor.shape[i];
            at[i] = 0;
            if (i == 0) return;
        }
        if (rank == 0) return;
    }
}

class Builder {
  public:
    Builder(const StorageSource& storages, std::size_t file_bytes)
        : storages_(&storages),
          memory_left_(4 * file_bytes + (std::size_t{64} << 20)),
          cost_left_(256 * file_bytes + (std::size_t{1} << 20)) {}

    Result<Value> value(const Node& node, int depth) {
        if (depth > kMaxDepth) return invalid("it is damaged: values are nested more than {} deep", kMaxDepth);
        GOETIA_TRY(pay(1));
        if (node.get<std::monostate>() != nullptr) return Value();
        if (const auto* held = node.get<bool>()) return Value(*held);
        if (const auto* held = node.get<std::int64_t>()) return Value(*held);
        if (const auto* held = node.get<double>()) return Value(*held);
        if (const auto* held = node.get<std::string>()) {
            GOETIA_TRY(pay(held->size()));
            return Value(*held);
        }
        if (const auto* held = node.get<TensorNode>()) {
            GOETIA_ASSIGN(Tensor made, tensor(*held));
            return Value(std::move(made));
        }
        if (const auto* held = node.get<ListNode>()) {
            GOETIA_ASSIGN(List items, list(held->items, depth));
            return Value(std::move(items));
        }
        if (const auto* held = node.get<TupleNode>()) {
            GOETIA_ASSIGN(List items, list(held->items, depth));
            return Value(Tuple{std::move(items)});
        }
        if (const auto* held = node.get<DictNode>()) return dict(*held, depth);
        if (const auto* held = node.get<GlobalNode>())
            return make_error(Code::kUnsupported, "it holds '{}' itself as a value, which is not supported",
                              held->name);
        return make_error(Code::kUnsupported, "it holds a bare storage; only tensors are supported");
    }

  private:
    Status pay(std::size_t cost) {
        if (cost > cost_left_) return invalid("it is damaged: it repeats the same values too often");
        cost_left_ -= cost;
        return {};
    }

    Result<List> list(const Nodes& nodes, int depth) {
        List items;
        for (const Node* node : nodes) {
            GOETIA_ASSIGN(Value made, value(*node, depth + 1));
            items.push_back(std::move(made));
        }
        return items;
    }

    // As in Python, a repeated key replaces the value and keeps its position.
    Result<Value> dict(const DictNode& node, int depth) {
        Dict made;
        std::map<std::string, std::size_t> texts;
        std::map<std::int64_t, std::size_t> numbers;
        for (const auto& [key, item] : node.entries) {
            GOETIA_ASSIGN(Value content, value(*item, depth + 1));
            const auto* text = key->get<std::string>();
            const auto* number = key->get<std::int64_t>();
            if (text == nullptr && number == nullptr)
                return make_error(Code::kUnsupported,
                                  "it holds a dict with a key that is neither a text nor an integer");
            const auto [place, is_new] =
                text != nullptr ? insert(texts, *text, made.size()) : insert(numbers, *number, made.size());
            if (text != nullptr) GOETIA_TRY(pay(text->size()));
            if (is_new) made.emplace_back(text != nullptr ? Value(*text) : Value(*number), std::move(content));
            else made[place].second = std::move(content);
        }
        return Value(std::move(made));
    }

    template <class Map, class Key>
    static std::pair<std::size_t, bool> insert(Map& places, const Key& key, std::size_t next) {
        const auto [entry, is_new] = places.emplace(key, next);
        return {entry->second, is_new};
    }

    Result<const OwnedBytes*> bytes_of(const StorageNode& storage) {
        if (const auto found = bytes_.find(storage.key); found != bytes_.end()) return &found->second;
        GOETIA_ASSIGN(OwnedBytes bytes, (*storages_)(storage));
        return &bytes_.emplace(storage.key, std::move(bytes)).first->second;
    }

    // The checked bytes of a storage.
    Result<std::span<const std::byte>> part(const StorageNode& storage, const OwnedBytes& owned) {
        const auto width = static_cast<std::int64_t>(size_of(storage.dtype));
        const auto there = static_cast<std::int64_t>(owned.bytes.size()) / width;
        if (storage.numel < 0 || storage.offset < 0 || storage.offset > there ||
            storage.numel > there - storage.offset) {
            return invalid("it is damaged: storage '{}' should hold {} elements of {}, found {}", storage.key,
                           storage.numel, dtype_name(storage.dtype), there);
        }
        return owned.bytes.subspan(static_cast<std::size_t>(storage.offset * width),
                                   static_cast<std::size_t>(storage.numel * width));
    }

    Result<Tensor> tensor(const TensorNode& node) {
        if (const auto known = tensors_.find(&node); known != tensors_.end()) return known->second;
        GOETIA_ASSIGN(const OwnedBytes* owned, bytes_of(node.storage));
        GOETIA_ASSIGN(const auto bytes, part(node.storage, *owned));
        const std::size_t width = size_of(node.dtype);
        const auto count = product(node.shape);
        const auto end = count.value_or(0) == 0 ? std::optional<std::int64_t>(0) : reach(node);
        if (node.shape.size() > kMaxDimensions || !count || !end ||
            static_cast<std::uint64_t>(*end) > bytes.size() / width) {
            return invalid("it is damaged: a tensor reaches outside its storage '{}'", node.storage.key);
        }
        Tensor made{.dtype = node.dtype, .shape = node.shape, .memory = owned->memory, .data = bytes.data()};
        if (*count > 0) GOETIA_TRY(place(node, bytes.data(), static_cast<std::size_t>(*count), made));
        tensors_.emplace(&node, made);
        return made;
    }

    // A view where the elements are contiguous and aligned, else a copy.
    Status place(const TensorNode& node, const std::byte* storage, std::size_t count, Tensor& made) {
        const std::size_t width = size_of(node.dtype);
        const std::byte* first = storage + static_cast<std::size_t>(node.offset) * width;
        if (is_contiguous(node) && reinterpret_cast<std::uintptr_t>(first) % width == 0) {
            made.data = first;
            return {};
        }
        if (count > memory_left_ / width) return invalid("it is damaged: its tensors are far larger than the file");
        memory_left_ -= count * width;
        const auto copy = aligned_memory(count * width);
        if (is_contiguous(node)) std::memcpy(copy.get(), first, count * width);
        else gather(node, first, copy.get());
        made.memory = copy, made.data = copy.get();
        return {};
    }

    const StorageSource* storages_;
    std::size_t memory_left_, cost_left_;
    std::map<std::string, OwnedBytes> bytes_;
    std::map<const TensorNode*, Tensor> tensors_;
};

}  // namespace

Result<Value> to_value(const Pickle& pickle, const StorageSource& storages, std::size_t file_bytes) {
    return Builder(storages, file_bytes).value(*pickle.root, 0);
}

}  // namespace goetia::pickle
