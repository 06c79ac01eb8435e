// A pickle reader that executes nothing: it knows the opcodes that torch.save writes and a short list of globals, which
// it treats as plain names. Anything else is refused by name.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "weights/file_bytes.h"
#include "weights/value.h"

namespace goetia::pickle {

inline constexpr int kMaxDepth = 200;  // of values in one another, in what is read and what is written

struct Node;
using Nodes = std::vector<Node*>;
struct ListNode {
    Nodes items;
};
struct TupleNode {
    Nodes items;
};
struct DictNode {
    std::vector<std::pair<Node*, Node*>> entries;
};
struct GlobalNode {
    std::string name;
};  // "torch.FloatStorage"

// A storage as declared in the pickle; its bytes are elsewhere in the file.
struct StorageNode {
    std::string key;
    DType dtype = DType::kUInt8;
    std::int64_t numel = 0;
    std::int64_t offset = 0;  // in elements; legacy files name parts of storages
};

struct TensorNode {
    StorageNode storage;
    DType dtype = DType::kFloat32;
    std::int64_t offset = 0;
    std::vector<std::int64_t> shape, strides;
};

// Nodes may be shared and, in a hostile pickle, contain themselves.
struct Node {
    std::variant<std::monostate, bool, std::int64_t, double, std::string, ListNode, TupleNode, DictNode, GlobalNode,
                 StorageNode, TensorNode>
        held;

    template <class T>
    [[nodiscard]] const T* get() const {
        return std::get_if<T>(&held);
    }
    template <class T>
    [[nodiscard]] T* get() {
        return std::get_if<T>(&held);
    }
};

// A parsed pickle; it owns the nodes.
struct Pickle {
    std::deque<Node> nodes;
    Node* root = nullptr;
};

// Reads one pickle and stops after it.
Result<Pickle> read_pickle(ByteReader& bytes);

// A storage's or tensor's type, from its global ("torch.FloatStorage", "torch.float32").
std::optional<DType> dtype_of_storage(std::string_view global);
std::string_view storage_global(DType type);  // "FloatStorage"
std::optional<DType> dtype_of_global(std::string_view global);

}  // namespace goetia::pickle
