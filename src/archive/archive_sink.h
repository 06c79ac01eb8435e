// Where the bytes of an archive go.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/result.h"

namespace goetia {

class ArchiveSink {
  public:
    virtual ~ArchiveSink() = default;
    virtual Status write(std::string_view bytes) = 0;
};

// Collects them in memory.
class ArchiveText final : public ArchiveSink {
  public:
    Status write(std::string_view bytes) override {
        text_ += bytes;
        return {};
    }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

// Writes them to a file, and knows their number and hash.
class ArchiveFile final : public ArchiveSink {
  public:
    // `file` is the caller's; `named` is its name in messages.
    ArchiveFile(int file, std::string named) : file_(file), named_(std::move(named)) {}
    Status write(std::string_view bytes) override;

    [[nodiscard]] std::int64_t bytes() const { return bytes_; }
    std::string sha256() { return hash_.hex(); }  // call once

  private:
    int file_;
    std::string named_;
    std::int64_t bytes_ = 0;
    Sha256 hash_;
};

}  // namespace goetia
