// The part of Python's pickle format (protocol 2) that state dictionaries and checkpoints use.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "weights/value.h"

namespace goetia {

// One storage of the file: its element type, key, and how many elements; the tensors that view it come from it.
struct StorageRef {
    DType dtype = DType::kFloat32;
    std::string key;
    std::int64_t elements = 0;
};

// Gives the bytes of a storage; called at most once for each key.
using StorageSource = std::function<Result<Tensor>(const StorageRef&)>;

struct Unpickled {
    Value value;
    std::size_t consumed = 0;   // bytes up to and with STOP
};

// Runs nothing: opcodes and globals outside the known ones are refused by name, every index and length is checked.
Result<Unpickled> unpickle(std::string_view bytes, const StorageSource& storages);

struct Pickled {
    std::string bytes;
    std::vector<Tensor> storages;   // by key: "0", "1", ...; tensors over the same memory share one
};

Pickled pickle(const Value& value);

// "FloatStorage" and its like.
std::string_view storage_name(DType type);

}  // namespace goetia
