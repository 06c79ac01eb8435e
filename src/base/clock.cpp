#include "base/clock.h"

#include <ctime>

#include <fmt/format.h>

namespace goetia {
namespace {

std::string formatted(WallTime time, const char* format, bool utc) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    utc ? gmtime_r(&seconds, &parts) : localtime_r(&seconds, &parts);
    char text[64];
    return std::string(text, std::strftime(text, sizeof text, format, &parts));
}

}  // namespace

WallTime now() { return std::chrono::system_clock::now(); }

double to_seconds(WallTime time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

std::string compact_local_time(WallTime time) { return formatted(time, "%Y%m%d_%H%M%S", false); }

std::string readable_local_time(WallTime time) { return formatted(time, "%Y-%m-%d %H:%M:%S", false); }

std::string iso_time(WallTime time) { return formatted(time, "%Y-%m-%dT%H:%M:%SZ", true); }

std::string readable_duration(double seconds) {
    if (seconds < 59.95) return fmt::format("{:.1f}s", seconds);  // rounded up, it would read 60.0s
    const long rounded = static_cast<long>(seconds + 0.5);
    if (rounded < 3600) return fmt::format("{}min {:02}s", rounded / 60, rounded % 60);
    return fmt::format("{}h {:02}min", rounded / 3600, rounded % 3600 / 60);
}

double steady_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double processor_seconds() {
    timespec spent{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) * 1e-9;
}

}  // namespace goetia
