// A folder among the machine's temporary files that goes with its owner.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace goetia {

class ScratchFolder {
  public:
    // `purpose` is a part of its name: "bench".
    static Result<ScratchFolder> make(const std::string& purpose);
    ScratchFolder(ScratchFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ScratchFolder& operator=(ScratchFolder&&) = delete;
    ~ScratchFolder();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

}  // namespace goetia
