// A data set that keeps images in memory once they are read, up to a limit.
#pragma once

#include <cstdint>
#include <memory>

#include "datasets/dataset.h"

namespace goetia {

// kBytes: the encoded files (with an index for plain JPEG, so that a crop decodes only its own region). kPixels:
// decoded; many times larger, but nothing is left to decode. Transparent images stay encoded, as their background is
// LoadImage's parameter.
enum class CacheKind { kBytes, kPixels };

// Nothing is evicted: of a set larger than `limit` bytes, the first samples read stay and the others are read again
// each time; for shuffled epochs no eviction policy does better. The samples are the same with and without the cache.
std::shared_ptr<const Dataset> cached(std::shared_ptr<const Dataset> dataset, CacheKind kind, std::uint64_t limit);

}  // namespace goetia
