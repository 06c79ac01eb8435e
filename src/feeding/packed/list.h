// A packed split's list, `train.json`: its classes and its files, with a sum over all it says.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

struct PackedFile {
    std::string file;  // beside the list
    std::uint64_t records = 0;
    std::string sum;  // of its head, in hexadecimal digits
    friend bool operator==(const PackedFile&, const PackedFile&) = default;
};

struct PackedList {
    std::vector<std::string> classes;
    std::uint64_t samples = 0;
    bool decoded = false;
    std::string fingerprint;
    std::vector<PackedFile> files;
    friend bool operator==(const PackedList&, const PackedList&) = default;
};

// As it stands in the file, with the version and the sum.
Json to_json(const PackedList& list);

// `file` is what messages call it. An older version, and a list that was altered or is not whole, is refused.
Result<PackedList> parse_packed_list(std::string_view text, const std::string& file);

// What it says, whether or not its sum is right.
Result<PackedList> read_packed_list(const Json& json, const std::string& file);

}  // namespace goetia
