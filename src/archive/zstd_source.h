// Decompresses zstd while it is read, within a limit of memory and of how much larger the result may be.
#pragma once

#include <cstdint>
#include <memory>

#include "archive/archive_bytes.h"

namespace goetia {

struct ZstdLimits {
    std::int64_t ratio = 200;      // most bytes out of one byte in
    std::int64_t free = 16 << 20;  // so many bytes are allowed at any ratio
    int window_log = 27;           // the decompressor's memory: 128 MiB
};

// `source` must outlive it. kInvalid: the bytes are not zstd, are damaged, end early or exceed a limit.
std::unique_ptr<ArchiveBytes> zstd_source(ArchiveBytes& source, const ZstdLimits& limits = {});

}  // namespace goetia
