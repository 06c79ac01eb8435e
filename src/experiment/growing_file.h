// An append-only text file that is valid whenever others read it: it ends with `ending` (such as the bracket of a JSON
// array), and new content overwrites that together with a new ending. One writer at a time.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/files.h"

namespace goetia {

class GrowingFile {
  public:
    GrowingFile(std::filesystem::path path, std::string beginning, std::string ending)
        : path_(std::move(path)), beginning_(std::move(beginning)), ending_(std::move(ending)) {}
    ~GrowingFile();
    GrowingFile(const GrowingFile&) = delete;
    GrowingFile& operator=(const GrowingFile&) = delete;

    // Starts over in a temporary file; the next flush() atomically replaces the existing file.
    void restart();
    void add(std::string_view text);
    // Makes everything that was added readable. After an Error the file keeps its previous content, or restart() is
    // needed.
    Status flush();

  private:
    Status open();
    Status write(std::string_view text);

    std::filesystem::path path_;
    const std::string beginning_, ending_;
    FileDescriptor file_;
    std::filesystem::path temporary_;  // its name until it is published
    std::string buffer_;
    std::uint64_t size_ = 0;  // without the ending
    bool published_ = false;
    Status fault_;  // an error in add(), reported by flush()
};

}  // namespace goetia
