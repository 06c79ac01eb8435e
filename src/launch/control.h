// Requests to a running attempt, passed through a file that the runtime checks between steps. The file is replaced
// atomically. SIGINT has the same effect as a stop request.
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
    std::uint64_t number = 0;  // grows with every request; a reader handles each number once
    Request request = Request::kNone;
};

// Replaces the file and fsyncs it; two concurrent writers get two numbers, in either order.
Status write_control(const std::filesystem::path& file, Request request);
Result<Control> read_control(const std::filesystem::path& file);

// Cheap enough for every step: a single stat; the file is read only when it changed.
class ControlReader {
  public:
    explicit ControlReader(std::filesystem::path file) : file_(std::move(file)) {}
    // A new request, or kNone.
    Result<Request> poll();

  private:
    std::filesystem::path file_;
    std::uint64_t seen_ = 0;
    std::int64_t changed_ = 0;  // of the file read last: time in nanoseconds
    std::uint64_t inode_ = 0;   // a replaced file has another one, even within one tick of the clock
};

}  // namespace goetia
