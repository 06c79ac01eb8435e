// Reading and writing whole files so that a reader sees the old text or the new one, never half of either.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace goetia {

Result<std::string> read_file(const std::filesystem::path& path);

// Writes beside, fsyncs, renames over `path`, fsyncs the folder. On any fault nothing of it is left behind.
Status write_file_atomic(const std::filesystem::path& path, std::string_view bytes);

// A missing parent is made; an existing folder is fine.
Status make_folders(const std::filesystem::path& path);

// Makes a rename or a new name in this folder durable.
Status sync_folder(const std::filesystem::path& folder);

// An owned file descriptor.
class FileDescriptor {
  public:
    FileDescriptor() = default;
    explicit FileDescriptor(int fd) : fd_(fd) {}
    FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept;
    ~FileDescriptor();

    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] bool valid() const { return fd_ >= 0; }
    int release();
    void reset();

  private:
    int fd_ = -1;
};

// Writes all of `bytes`, whatever the kernel takes at a time.
Status write_all(int fd, std::string_view bytes, const std::filesystem::path& named);

}  // namespace goetia
