// Reads a file into memory, and parses untrusted bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace goetia {

inline constexpr std::size_t kStorageAlignment = 64;

// Bytes with their owner.
struct OwnedBytes {
    std::shared_ptr<const void> memory;
    std::span<const std::byte> bytes;
};

std::shared_ptr<std::byte> aligned_memory(std::size_t size);  // kStorageAlignment, uninitialised

// A copy, not a mapping: later changes to the file cannot affect or crash this process.
Result<OwnedBytes> read_bytes(const std::filesystem::path& path);

// Reads little-endian numbers and byte ranges. After a read past the end, results are zero or empty and ok() is false.
class ByteReader {
  public:
    explicit ByteReader(std::span<const std::byte> bytes, std::size_t at = 0) : bytes_(bytes), at_(at) {
        ok_ = at <= bytes.size();
    }

    template <class T>
    T number() {
        T value{};
        if (const auto run = take(sizeof(T)); ok_) std::memcpy(&value, run.data(), sizeof(T));
        return value;
    }

    std::span<const std::byte> take(std::size_t count) {
        if (!ok_ || count > left()) return ok_ = false, std::span<const std::byte>{};
        at_ += count;
        return bytes_.subspan(at_ - count, count);
    }

    std::string_view text(std::size_t count) {
        const auto run = take(count);
        return {reinterpret_cast<const char*>(run.data()), run.size()};
    }

    // Reads up to the next line feed and skips it.
    std::string_view line() {
        const std::string_view rest(reinterpret_cast<const char*>(bytes_.data()) + (ok_ ? at_ : 0), left());
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) return ok_ = false, std::string_view{};
        at_ += end + 1;
        return rest.substr(0, end);
    }

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::size_t at() const { return at_; }
    [[nodiscard]] std::size_t left() const { return ok_ ? bytes_.size() - at_ : 0; }

  private:
    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

inline std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace goetia
