// What a downloaded file must be: as its publisher says it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/stop.h"

namespace goetia {

// Empty members are not published. MD5 guards against accidents only: it is taken where nothing better is published.
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

// "its SHA-256 is 12ab..., 34cd... is published"; empty when it is what was expected.
std::string mismatch(const Expected& expected, const Sums& found);

}  // namespace goetia
