// Fetches one file by its SHA-256, a range at a time. What was received survives a kill; the file appears under its
// name only once all of it is there and its hash is right.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "fetch/part_file.h"

namespace goetia {

class ObjectFetch {
  public:
    struct Wanted {
        std::string sha256;
        std::int64_t bytes = 0;
    };
    // Continues what an earlier process received of the same object.
    static Result<ObjectFetch> open(const std::filesystem::path& target, Wanted wanted);

    // The range to ask for; empty when all is there.
    [[nodiscard]] std::optional<ByteSpan> next(std::int64_t most) const;
    // kInvalid: these are not the bytes of `span`.
    Status take(const ByteSpan& span, std::string_view bytes);
    [[nodiscard]] std::int64_t present() const { return part_->present(); }

    // Verifies what was received and gives it its name. False: the hash is wrong, all of it is forgotten and next()
    // begins again; after three times that is an Error.
    Result<bool> finish();

  private:
    ObjectFetch(std::filesystem::path target, Wanted wanted, std::unique_ptr<PartFile> part)
        : target_(std::move(target)), wanted_(std::move(wanted)), part_(std::move(part)) {}
    void describe();

    std::filesystem::path target_;
    Wanted wanted_;
    std::unique_ptr<PartFile> part_;
    int wrong_ = 0;
};

}  // namespace goetia
