// Writes a file sequentially, computes its SHA-256, and publishes it atomically.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/hash.h"
#include "base/result.h"

namespace goetia {

class FileSink {
  public:
    static Result<FileSink> open(const std::filesystem::path& path);
    FileSink(FileSink&&) = default;
    ~FileSink();  // removes an unpublished file

    Status write(std::string_view bytes);
    Status write(const void* data, std::size_t size) { return write({static_cast<const char*>(data), size}); }
    [[nodiscard]] std::uint64_t written() const { return written_; }

    // Fsync, rename, fsync of the folder. Returns the SHA-256 of what was written.
    Result<std::string> publish();

  private:
    FileSink(std::filesystem::path path, std::filesystem::path temporary, FileDescriptor file);
    Status flush();

    std::filesystem::path path_;
    std::filesystem::path temporary_;  // empty once there is nothing to remove
    FileDescriptor file_;
    std::unique_ptr<Sha256> sum_ = std::make_unique<Sha256>();
    std::string buffer_;
    std::uint64_t written_ = 0;
};

}  // namespace goetia
