// Parses and prints sizes and ages in human-readable form.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace goetia {

Result<double> parse_age(const std::string& text);          // "30d", "12h", "45min": seconds
Result<std::int64_t> parse_bytes(const std::string& text);  // "10GB", "500 MB", "1.5TiB": bytes
// "8GB", "8192 MiB", "16": gigabytes of 2^30 bytes, as GPU vendors count.
Result<double> parse_memory(const std::string& text);
std::string bytes_text(std::int64_t bytes);  // "19.3 GB"

}  // namespace goetia
