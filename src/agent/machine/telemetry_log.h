// Samples of the machine's use, a line of JSON each: {"time", "processor", "memory", "disk", "gpus"}. Of the node it
// keeps the last few megabytes; of an attempt it is a stream like its other logs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/clock.h"
#include "protocol/status.h"

namespace goetia {

std::string telemetry_line(WallTime time, const NodeUse& use);

// Appends one line. Above `most` bytes the file becomes FILE.1 (which is replaced) and a new one begins; 0: never.
Status append_telemetry(const std::filesystem::path& file, const std::string& line, std::int64_t most);

}  // namespace goetia
