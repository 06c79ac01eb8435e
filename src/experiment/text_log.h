// Log files for people, such as train.log. Each line is appended with a single write.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/files.h"

namespace goetia {

class TextLog {
  public:
    // Appends to an existing file; a line torn by a crash is ended first.
    static Result<TextLog> open(const std::filesystem::path& path);

    // "[2025-06-27 14:30:52] text"; the following lines of a text are indented. Thread-safe.
    Status line(std::string_view text);

  private:
    TextLog(FileDescriptor file, std::filesystem::path path) : file_(std::move(file)), path_(std::move(path)) {}
    FileDescriptor file_;
    std::filesystem::path path_;
};

}  // namespace goetia
