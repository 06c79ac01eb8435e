// Assigns the tensors of a value to storages: those whose bytes overlap share one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "weights/value.h"

namespace goetia {

struct PlannedStorage {
    DType dtype = DType::kFloat32;
    std::span<const std::byte> bytes;
};

struct StoragePlan {
    struct Place {
        std::size_t storage = 0;
        std::int64_t offset = 0;  // in elements
    };
    std::vector<PlannedStorage> storages;             // in order of first use
    std::unordered_map<const Tensor*, Place> places;  // of every tensor of the value
};

// Depends on the value only, not on memory addresses.
StoragePlan plan_storages(const Value& value);

}  // namespace goetia
