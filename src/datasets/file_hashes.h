// SHA-256 of files, cached by path, size and timestamps, so that a set is hashed once and not at every start.
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

// What decides whether a file is still the one that was hashed.
struct FileState {
    std::uint64_t size = 0;
    std::int64_t modified = 0;        // mtime, nanoseconds since 1970
    std::int64_t status_changed = 0;  // ctime, likewise; no program can set it back
    friend bool operator==(const FileState&, const FileState&) = default;
};

FileState state_of(const struct stat& info);

struct HashedFile {
    FileState state;
    std::string sha256;
    friend bool operator==(const HashedFile&, const HashedFile&) = default;
};
using HashedFiles = std::unordered_map<std::string, HashedFile>;  // by path relative to the root

// The cache file of a root: it ends with a checksum. A text with a wrong checksum or of another root parses as empty.
std::string text_of(const HashedFiles& files, const std::string& root);
HashedFiles parse_hashes(std::string_view text, const std::string& root);

// $XDG_CACHE_HOME/goetia, else ~/.cache/goetia; empty if neither is known.
std::filesystem::path user_cache();

class FileHashes {
  public:
    FileHashes() = default;  // in memory only
    // Caches hashes of files below `root` in a file in `folder` (usually user_cache() / "hashes"). A damaged or missing
    // file is started afresh.
    FileHashes(std::filesystem::path root, const std::filesystem::path& folder);

    // Both are thread-safe.
    Result<std::string> sha256(const std::filesystem::path& path);
    // For callers that have read the whole file anyway.
    void store(const std::filesystem::path& path, const FileState& state, const std::string& sha256);

    // Saves new entries; concurrent savers lose nothing. A failure only costs time later, results stay correct.
    Status save();

    [[nodiscard]] std::size_t size() const { return known_.size(); }

  private:
    [[nodiscard]] std::string key_of(const std::filesystem::path& path) const;
    [[nodiscard]] HashedFiles read() const;

    std::filesystem::path root_, file_;  // file_ is empty if nothing is saved
    std::mutex mutex_;
    HashedFiles known_, fresh_;
};

}  // namespace goetia
