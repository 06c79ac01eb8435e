// Extracts selected entries of a zip file into memory, with limits against decompression bombs.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace goetia {

struct ZipLimits {
    std::size_t entries = 10'000;
    std::size_t part_bytes = std::size_t{1} << 30;   // of one entry, unpacked
    std::size_t total_bytes = std::size_t{3} << 29;  // of all extracted entries
    std::size_t ratio = 1'000;                       // unpacked to packed; bombs have thousands and more
};

// Path -> bytes of the entries that `selected` accepts; no other entry is unpacked. `file` is only used in messages.
Result<std::map<std::string, std::string>> unzip(std::string_view bytes, const std::string& file,
                                                 const std::function<bool(const std::string&)>& selected,
                                                 const ZipLimits& limits = {});

}  // namespace goetia
