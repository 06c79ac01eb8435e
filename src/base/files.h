// Reading and writing files. Writes are atomic: a reader sees the old content or the new one.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace goetia {

Result<std::string> read_file(const std::filesystem::path& path);

// Writes a temporary file, fsyncs it, renames it to `path` and fsyncs the folder. An error leaves no temporary file.
Status write_file_atomic(const std::filesystem::path& path, std::string_view bytes);

// Creates missing parents too; an existing folder is not an error.
Status make_folders(const std::filesystem::path& path);

// Makes renames and new names in this folder durable.
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

// Writes all of `bytes`, however many the kernel takes at a time. `named` is the file's name in messages.
Status write_all(int fd, std::string_view bytes, const std::filesystem::path& named);

}  // namespace goetia
