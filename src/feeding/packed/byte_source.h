// The byte sources of packed data sets: mapped files, or a server with HTTP ranges.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "feeding/packed/block_cache.h"

namespace goetia {

// Bytes with their owner.
struct SharedBytes {
    std::string_view bytes;
    std::shared_ptr<const void> keep;
};

// One file. Thread-safe.
class ByteSource {
  public:
    virtual ~ByteSource() = default;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    [[nodiscard]] virtual Result<SharedBytes> read(std::uint64_t at, std::uint64_t count) const = 0;
    // For bytes that are needed once: fetches no more than these and caches nothing.
    [[nodiscard]] virtual Result<SharedBytes> read_once(std::uint64_t at, std::uint64_t count) const {
        return read(at, count);
    }
};

// Maps a file into memory: no copies, and the system's page cache.
Result<std::unique_ptr<ByteSource>> map_file(const std::string& path);

struct RangeLimits {
    std::uint64_t block = std::uint64_t{4} << 20;  // bytes per request
    int tries = 3;
    long seconds = 60;  // for one block
};

// Reads over HTTP ranges (RFC 9110), which the server must support.
Result<std::unique_ptr<ByteSource>> open_ranges(const std::string& address, std::shared_ptr<BlockCache> kept,
                                                const RangeLimits& limits = {});

// Chooses by the scheme. Fetched blocks are cached in `kept`; mapped files need no cache.
Result<std::unique_ptr<ByteSource>> open_source(const std::string& path_or_address, std::shared_ptr<BlockCache> kept);
bool is_address(std::string_view name);

}  // namespace goetia
