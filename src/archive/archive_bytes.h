// Where the bytes of an archive come from.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/result.h"

namespace goetia {

class ArchiveBytes {
  public:
    virtual ~ArchiveBytes() = default;
    // Fills the beginning of `into`; 0 only at the end.
    virtual Result<std::size_t> read(std::span<char> into) = 0;
};

// Bytes in memory.
class TextSource final : public ArchiveBytes {
  public:
    explicit TextSource(std::string_view text) : left_(text) {}
    Result<std::size_t> read(std::span<char> into) override {
        const std::size_t count = left_.copy(into.data(), into.size());
        left_.remove_prefix(count);
        return count;
    }

  private:
    std::string_view left_;
};

}  // namespace goetia
