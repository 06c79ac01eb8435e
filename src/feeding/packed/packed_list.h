// The list of a packed split, `train.json`: its classes and files, with a checksum over its contents.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

struct PackedFile {
    std::string file;  // in the list's folder
    std::uint64_t records = 0;
    std::string sum;  // of its head, in hexadecimal
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

// The file's contents, with version and checksum.
Json to_json(const PackedList& list);

// `file` names it in messages. Other versions and altered or truncated lists are refused.
Result<PackedList> parse_packed_list(std::string_view text, const std::string& file);

// Parses it without verifying the checksum.
Result<PackedList> read_packed_list(const Json& json, const std::string& file);

}  // namespace goetia
