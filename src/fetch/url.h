// The parts of an address that decisions are made on.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace goetia {

struct Url {
    std::string text;    // whole, normalised, without fragment
    std::string scheme;  // "http", "https", "file"
    std::string host;    // lower case, without brackets; empty for a file
    std::string origin;  // "https://host:port"
    std::string path;    // percent signs resolved
    bool has_user = false;

    // A host that surely is this machine or its network: "localhost", 127.0.0.1, [::1], 10.0.0.1 ...
    [[nodiscard]] bool names_closed_host() const;
};

// Only http, https and file. `base`: what a relative text stands on.
Result<Url> parse_url(const std::string& text, const std::string& base = {});

}  // namespace goetia
