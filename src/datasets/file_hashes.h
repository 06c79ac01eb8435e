// SHA-256 of files, remembered by path, size and times of change, so that a set is hashed once and not at every start.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

struct stat;

namespace goetia {

// What is looked at to tell whether a file is still the one that was hashed.
struct FileState {
    std::uint64_t size = 0;
    std::int64_t changed = 0;  // nanoseconds since 1970
    std::int64_t touched = 0;  // the same, of anything about the file; no program can set it back
    friend bool operator==(const FileState&, const FileState&) = default;
};

FileState state_of(const struct stat& info);

struct RememberedFile {
    FileState state;
    std::string sha256;
    friend bool operator==(const RememberedFile&, const RememberedFile&) = default;
};
using RememberedFiles = std::unordered_map<std::string, RememberedFile>;  // by path below the root

// What is kept of a root's files: with a sum of its own, without which, or with another root, nothing is taken.
std::string text_of(const RememberedFiles& files, const std::string& root);
RememberedFiles parse_remembered(std::string_view text, const std::string& root);

// $XDG_CACHE_HOME/goetia, else ~/.cache/goetia; empty when neither is known.
std::filesystem::path user_cache();

class FileHashes {
  public:
    FileHashes() = default;  // forgets everything at its end
    // Remembers files below `root` in a file of `folder` (usually user_cache() / "hashes"). A file that is damaged or
    // not there is begun anew.
    FileHashes(std::filesystem::path root, const std::filesystem::path& folder);

    // Threads call these at once.
    Result<std::string> sha256(const std::filesystem::path& path);
    // For who has read the whole file anyway.
    void remember(const std::filesystem::path& path, const FileState& state, const std::string& sha256);

    // Keeps what is new; others that save at the same time lose nothing. Failing costs time, never an answer.
    Status save();

    [[nodiscard]] std::size_t remembered() const { return known_.size(); }

  private:
    [[nodiscard]] std::string key_of(const std::filesystem::path& path) const;
    [[nodiscard]] RememberedFiles read() const;

    std::filesystem::path root_, file_;  // file_ is empty when nothing is kept
    std::mutex mutex_;
    RememberedFiles known_, fresh_;
};

}  // namespace goetia
