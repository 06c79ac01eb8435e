// Bytes as a file, for parsers that take a path: no disk is touched.
#pragma once

#include <filesystem>
#include <string_view>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/fuzz.h"

namespace goetia::fuzz {

class MemoryFile {
  public:
    MemoryFile() : fd_(::memfd_create("fuzz", MFD_CLOEXEC)) { expect(fd_ >= 0); }
    ~MemoryFile() { ::close(fd_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    // The same file holds these bytes and nothing else.
    std::filesystem::path with(std::string_view bytes) {
        expect(::ftruncate(fd_, 0) == 0);
        expect(::pwrite(fd_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
        return fmt::format("/proc/self/fd/{}", fd_);
    }

  private:
    int fd_;
};

}  // namespace goetia::fuzz
