// What the agent has fetched, by hash: packages, runtime bundles, data and checkpoints. Unused ones are removed, those
// that were used longest ago first, once all together exceed a quota.
//
//   DIR/files/SHA256       as fetched (SHA256.part while it is)
//   DIR/unpacked/SHA256/   archives, unpacked once and read by every attempt
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>

#include "archive/unpack_package.h"

namespace goetia {

class ObjectCache {
  public:
    static Result<ObjectCache> open(const std::filesystem::path& folder, std::int64_t quota);

    [[nodiscard]] std::filesystem::path file(const std::string& sha256) const { return folder_ / "files" / sha256; }
    [[nodiscard]] std::filesystem::path unpacked(const std::string& sha256) const {
        return folder_ / "unpacked" / sha256;
    }
    [[nodiscard]] bool has_file(const std::string& sha256) const;
    [[nodiscard]] bool has_unpacked(const std::string& sha256) const;

    // Unpacks a file of the cache, then removes the archive. What is unpacked is what has the hash: both are read once,
    // together. kInvalid: the file has another hash (it is removed, to be fetched again) or is refused.
    Status unpack(const std::string& sha256, const PackageLimits& limits = {});

    // Marks it as used now.
    void touch(const std::string& sha256) const;

    // Makes room for `more` bytes within the quota; what is in `used` stays. An Error when that is not possible.
    Status make_room(std::int64_t more, const std::set<std::string>& used);
    [[nodiscard]] std::int64_t bytes() const;

  private:
    ObjectCache(std::filesystem::path folder, std::int64_t quota) : folder_(std::move(folder)), quota_(quota) {}

    std::filesystem::path folder_;
    std::int64_t quota_;
};

}  // namespace goetia
