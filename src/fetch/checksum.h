// The published size and checksums of a file, and the check against them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/stop.h"

namespace goetia {

// Empty members are not published. MD5 protects against accidents only and is used where nothing better is published.
struct Expected {
    std::optional<std::int64_t> bytes;
    std::string sha256;
    std::string md5;

    [[nodiscard]] bool has_sum() const { return !sha256.empty() || !md5.empty(); }
};

struct Sums {
    std::int64_t bytes = 0;
    std::string sha256, md5;  // lower case
};

Result<Sums> sums_of(const std::filesystem::path& file, const StopToken& stop = {});

// "its SHA-256 is 12ab..., 34cd... is published"; empty when the file matches.
std::string mismatch(const Expected& expected, const Sums& found);

}  // namespace goetia
