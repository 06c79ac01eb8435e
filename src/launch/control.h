// What a person may ask of a running attempt, passed through a file that the runtime looks at between steps: replaced
// whole, so it is never read half. The same requests come by signal: SIGINT is stop.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace goetia {

enum class Request { kNone, kPause, kResume, kStop, kCheckpoint };

std::string_view request_name(Request request);
std::optional<Request> request_from_name(std::string_view name);

struct Control {
    std::uint64_t number = 0;  // grows with every request; a reader acts once per number
    Request request = Request::kNone;
};

// Replaces the file, fsynced; two writers at once get two numbers, in either order.
Status write_control(const std::filesystem::path& file, Request request);
Result<Control> read_control(const std::filesystem::path& file);

// Cheap enough for every step: one stat; the file is read only when it changed.
class ControlReader {
  public:
    explicit ControlReader(std::filesystem::path file) : file_(std::move(file)) {}
    // A request not seen before, or kNone.
    Result<Request> poll();

  private:
    std::filesystem::path file_;
    std::uint64_t seen_ = 0;
    std::int64_t changed_ = 0;  // of the file last read: time in nanoseconds
    std::uint64_t inode_ = 0;   // a replaced file is another one, even within the same tick of the clock
};

}  // namespace goetia
