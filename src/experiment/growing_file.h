// A text file that grows at its end while others read it, and that is whole to each of them: `ending` closes it (the
// bracket of a JSON array), and what is added is written over it together with a new one. One writer at a time.
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

    // Begins anew, beside; the next flush() puts it in the place of what is there, at once.
    void restart();
    void add(std::string_view text);
    // All that was added can be read. After an Error the file is closed as it was, or restart() is needed.
    Status flush();

  private:
    Status open();
    Status write(std::string_view text);

    std::filesystem::path path_;
    const std::string beginning_, ending_;
    FileDescriptor file_;
    std::filesystem::path beside_;  // its name until it is shown
    std::string waiting_;
    std::uint64_t size_ = 0;  // without the ending
    bool shown_ = false;
    Status fault_;  // of a write in between; told by flush()
};

}  // namespace goetia
