// Time as text and as numbers. Functions that decide take the time as an argument; only the outermost code calls now().
#pragma once

#include <chrono>
#include <string>

namespace goetia {

using WallTime = std::chrono::system_clock::time_point;

WallTime now();
double to_seconds(WallTime time);                // since 1970, UTC
std::string compact_local_time(WallTime time);   // "20250627_143052"
std::string readable_local_time(WallTime time);  // "2025-06-27 14:30:52"
std::string iso_time(WallTime time);             // "2025-06-27T06:30:52Z"
std::string readable_duration(double seconds);   // "1h 23min", "2min 05s", "3.2s"

// Monotonic seconds, for rates and durations.
double steady_seconds();

// CPU seconds of all threads of this process: what to measure on a shared machine.
double processor_seconds();

}  // namespace goetia
