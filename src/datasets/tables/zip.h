// The parts of a zip file that a reader asks for, held in memory, with limits on what a small file may grow to.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace goetia {

struct ZipLimits {
    std::size_t entries = 10'000;
    std::size_t part_bytes = std::size_t{1} << 30;   // of one part, unpacked
    std::size_t total_bytes = std::size_t{3} << 29;  // of all parts that are taken
    std::size_t ratio = 1'000;                       // unpacked to packed; a bomb's is in the thousands and more
};

// Path within the file -> bytes, of those entries that `wanted` says yes to; no other entry is unpacked. `file` is only
// for messages.
Result<std::map<std::string, std::string>> unzip(std::string_view bytes, const std::string& file,
                                                 const std::function<bool(const std::string&)>& wanted,
                                                 const ZipLimits& limits = {});

}  // namespace goetia
