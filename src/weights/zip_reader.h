// Reads zip files: stored or deflated entries, zip64 too. Every offset is checked against the file and every payload
// against its CRC-32, so a truncated or altered file is an Error.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "weights/file_bytes.h"

namespace goetia::zip {

inline constexpr std::size_t kLocalSize = 30;       // of the fixed part of an entry's local header
inline constexpr std::uint32_t kIn64 = 0xffffffff;  // written where the number stands in the zip64 field

struct Entry {
    std::uint16_t method = 0;  // 0 stored, 8 deflated
    std::uint32_t crc = 0;     // 0: not computed (an option of PyTorch)
    std::uint64_t packed = 0;
    std::uint64_t size = 0;
    std::uint64_t header = 0;  // where its local header begins
};

class Reader {
  public:
    static Result<Reader> open(OwnedBytes file);

    [[nodiscard]] const std::map<std::string, Entry>& entries() const { return entries_; }
    [[nodiscard]] const Entry* find(const std::string& name) const;
    // A view of the file where the entry is stored, new memory where it is deflated.
    [[nodiscard]] Result<OwnedBytes> read(const std::string& name) const;

  private:
    OwnedBytes file_;
    std::map<std::string, Entry> entries_;
};

}  // namespace goetia::zip
