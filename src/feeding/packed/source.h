// Where a packed data set's bytes come from: mapped files, or a server that gives ranges.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "feeding/packed/block_cache.h"

namespace goetia {

// Bytes and what they live in.
struct HeldBytes {
    std::string_view bytes;
    std::shared_ptr<const void> keep;
};

// One file. Threads read it at once.
class ByteSource {
  public:
    virtual ~ByteSource() = default;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    [[nodiscard]] virtual Result<HeldBytes> read(std::uint64_t at, std::uint64_t count) const = 0;
    // What will not be asked for again, nor its neighbours: nothing more is fetched, nothing kept.
    [[nodiscard]] virtual Result<HeldBytes> read_once(std::uint64_t at, std::uint64_t count) const {
        return read(at, count);
    }
};

// Mapped into memory: nothing is copied, the system keeps what is used.
Result<std::unique_ptr<ByteSource>> map_file(const std::string& path);

struct RangeLimits {
    std::uint64_t block = std::uint64_t{4} << 20;  // what is fetched at a time
    int tries = 3;
    long seconds = 60;  // for one block
};

// Over HTTP ranges (RFC 9110): a stream, when it is read in order. The server must give ranges.
Result<std::unique_ptr<ByteSource>> open_ranges(const std::string& address, std::shared_ptr<BlockCache> kept,
                                                const RangeLimits& limits = {});

// By what the name begins with. What is fetched is kept there; mapped files need no keeping.
Result<std::unique_ptr<ByteSource>> open_source(const std::string& path_or_address, std::shared_ptr<BlockCache> kept);
bool is_address(std::string_view name);

}  // namespace goetia
