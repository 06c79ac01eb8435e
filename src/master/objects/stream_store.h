// The master's copies of the streams of attempts: files that grow at their end only, each acknowledged once it is on
// the disk. The length of a copy is how far its source was taken in; a piece that does not begin there changes nothing.
#pragma once

#include <array>
#include <filesystem>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "master/objects/stream_pieces.h"
#include "protocol/requests.h"

namespace goetia {

struct StreamLimits {
    std::int64_t largest = 16LL << 30;  // bytes of one stream
    std::int64_t reserve = 64 << 20;    // bytes of the disk that are kept free for the database
};

struct StreamAppend {
    std::filesystem::path root;  // the attempt's folder: an experiment's, or that of a superseded fence
    AppendRequest request;
    std::string_view bytes;
};

// Safe to call from several threads.
class StreamStore {
  public:
    explicit StreamStore(StreamLimits limits = {}) : limits_(limits) {}

    // Answers when the bytes are on the disk.
    //
    // The stream parted (kParted) when what the source has before the offset is not what is here. The source then sends
    // all of it again as the next generation, from offset 0. It may begin the next generation by itself, too, where its
    // file has become shorter than this copy.
    Result<AppendAnswer> append(const StreamAppend& append);
    // The same for many, with one sync for each file; the answers in the same order.
    std::vector<Result<AppendAnswer>> append(std::span<const StreamAppend> appends);

    // Generation and length; 0 and 0 when there is nothing yet.
    Result<AppendAnswer> state(const std::filesystem::path& root, std::string_view stream);

  private:
    struct OpenStream;
    Result<OpenStream> open(const std::filesystem::path& root, std::string_view stream, bool is_made);
    Result<AppendAnswer> take_in(OpenStream& stream, const StreamAppend& append, bool& is_written);
    Result<AppendAnswer> compare(OpenStream& stream, std::string_view bytes, bool& is_written);
    std::mutex& mutex_of(const StreamAppend& append);

    StreamLimits limits_;
    std::array<std::mutex, 64> mutexes_;  // by root and name: one writer of a stream at a time
};

}  // namespace goetia
