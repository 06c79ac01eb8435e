// What was appended to a log as texts of the stream: cut so that no character is torn, and none is too long.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pool/pool_types.h"

namespace goetia {

struct LogPiece {
    std::int64_t offset = 0;  // of its first byte in the log
    std::string text;
};

// Safe to call from several threads.
class LiveLogs {
  public:
    static constexpr std::size_t kLongestPiece = 16 * 1024;

    // The pieces that `bytes`, appended at `offset`, complete.
    std::vector<LogPiece> add(Fence fence, const std::string& stream, std::int64_t offset, std::string_view bytes);
    void forget(Fence fence);

  private:
    std::mutex mutex_;
    std::map<std::pair<Fence, std::string>, LogPiece> torn_;  // the beginning of a character whose end has not come
};

}  // namespace goetia
