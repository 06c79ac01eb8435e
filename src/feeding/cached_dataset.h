// A data set whose pictures stay in memory once they were read, as long as there is room.
#pragma once

#include <cstdint>
#include <memory>

#include "datasets/dataset.h"

namespace goetia {

// kBytes: the files as they are (with an index where they are plain JPEG: a crop then decodes only its own part).
// kPixels: decoded; many times larger, nothing left to decode. Pictures with transparent pixels stay files: what lies
// under them is LoadImage's to say.
enum class CacheKind { kBytes, kPixels };

// Nothing is pushed out: of a set that is larger than `limit` bytes, the samples that came first stay and the others
// are read anew each time, which for shuffled epochs is as good as anything. What samples are does not change.
std::shared_ptr<const Dataset> cached(std::shared_ptr<const Dataset> dataset, CacheKind kind, std::uint64_t limit);

}  // namespace goetia
