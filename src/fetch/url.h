// A parsed URL.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace goetia {

struct Url {
    std::string text;    // normalised, without fragment
    std::string scheme;  // "http", "https", "file"
    std::string host;    // lower case, without brackets; empty for a file
    std::string origin;  // "https://host:port"
    std::string path;    // percent-decoded
    bool has_user = false;

    // Whether the host is certainly local: "localhost", 127.0.0.1, [::1], 10.0.0.1 ...
    [[nodiscard]] bool names_closed_host() const;
};

// Only http, https and file. Relative URLs are resolved against `base`.
Result<Url> parse_url(const std::string& text, const std::string& base = {});

}  // namespace goetia
