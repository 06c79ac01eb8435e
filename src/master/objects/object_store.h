// Files by the hash of their content: DATA/objects/ab/cd/<the rest of the hash>. They come in pieces, in order, by
// whoever has them; one is there only once all of it is there and its hash is right. Experiments' folders hold hard
// links to them, so an object is in use as long as it has another name, and its disk space is free when the last one
// goes.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/hash.h"
#include "protocol/desired.h"
#include "protocol/requests.h"

namespace goetia {

struct ObjectLimits {
    std::int64_t largest = kLargestObject;
    std::int64_t reserve = 64 << 20;  // bytes of the disk that are kept free for the database and the streams
};

// Safe to call from several threads.
class ObjectStore {
  public:
    explicit ObjectStore(std::filesystem::path data, ObjectLimits limits = {});

    // One piece from `owner` (an identifier), whose pieces are apart from everybody else's. `room`: bytes that the
    // owner may still store. kInvalid for a request that cannot be answered by an outcome.
    Result<ObjectAnswer> put(const std::string& owner, const ObjectChunk& chunk, std::string_view bytes,
                             std::int64_t room = kLargestObject);

    [[nodiscard]] bool contains(std::string_view sha256) const;
    // For reading; kNotFound when it is not there.
    Result<FileDescriptor> open(std::string_view sha256) const;
    // Makes a file that was written here an object, by a second name. The caller has hashed and synced it.
    Status adopt(const std::filesystem::path& file, std::string_view sha256) const;
    // Takes a copy of a file that stays what it is.
    Result<WantedObject> copy_of(const std::filesystem::path& file) const;
    // In how many experiments' folders it is.
    Result<std::int64_t> references(std::string_view sha256) const;

    // Makes the object a file of an experiment, replacing the one of that name.
    Status link(std::string_view sha256, const std::filesystem::path& experiment, std::string_view path) const;
    Status unlink(const std::filesystem::path& experiment, std::string_view path) const;
    [[nodiscard]] std::filesystem::path experiment(std::string_view id) const { return data_ / "experiments" / id; }

    // Where it is, for answering with it.
    [[nodiscard]] std::filesystem::path path(std::string_view sha256) const { return object(sha256); }

    // Removes it unless a folder holds it; returns the bytes that this freed.
    Result<std::int64_t> remove(std::string_view sha256) const;

    // Removes the parts of uploads that nobody went on with for so long; returns the bytes that this freed.
    Result<std::int64_t> remove_parts(double older_than_seconds) const;

  private:
    struct Upload {
        std::unique_ptr<Sha256> sum = std::make_unique<Sha256>();
        std::int64_t length = 0;
    };

    [[nodiscard]] std::filesystem::path object(std::string_view sha256) const;
    [[nodiscard]] std::filesystem::path parts() const { return data_ / "objects" / "parts"; }
    [[nodiscard]] bool is_disk_full(std::int64_t bytes) const;
    std::shared_ptr<Upload> upload(const std::string& part);
    void forget(const std::string& part);
    Result<ObjectAnswer> finish(const ObjectChunk& chunk, const std::filesystem::path& part, int file, Upload& upload);

    std::filesystem::path data_;
    ObjectLimits limits_;
    mutable std::array<std::mutex, 64> mutexes_;  // by hash: one writer of a part at a time
    std::mutex uploads_mutex_;
    std::map<std::string, std::shared_ptr<Upload>> uploads_;  // sums of what came so far, of the parts that are written
};

}  // namespace goetia
