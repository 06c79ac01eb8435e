// Where the bytes of a stream lie in its file at the master. Of most streams: as they are, from the first to the last.
//
// A machine that loses power may lose the end of a file that the master has already; what it writes then parts from the
// copy. A new generation of the stream begins: what it shares with the older one is not stored again, and what is new
// is appended to the same file. So a reader of the file finds the older generation's records, then the newer's, and no
// byte that was once acknowledged goes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

struct StreamPiece {
    std::int64_t from = 0, to = 0;  // bytes of the file
    bool operator==(const StreamPiece&) const = default;
};

struct StreamPieces {
    std::uint32_t generation = 0;
    std::vector<StreamPiece> shared;  // the beginning of the source, as it lies in the file
    std::int64_t open_from = 0;       // the file's bytes from here on are the rest of the source
    std::vector<StreamPiece> older;   // while all that came equals the older generation: all of that
    bool is_compared = false;         // ... which is still compared

    [[nodiscard]] std::int64_t length(std::int64_t file_bytes) const;  // of the source
    [[nodiscard]] std::vector<StreamPiece> all(std::int64_t file_bytes) const;
    // The next generation, of which nothing came yet.
    [[nodiscard]] StreamPieces next(std::int64_t file_bytes) const;

    bool operator==(const StreamPieces&) const = default;
};

std::int64_t bytes_in(const std::vector<StreamPiece>& pieces);
// The first `bytes` of the pieces.
std::vector<StreamPiece> first_of(const std::vector<StreamPiece>& pieces, std::int64_t bytes);

Json to_json(const StreamPieces& pieces);
Result<StreamPieces> stream_pieces_from(std::string_view text, std::string_view source);

}  // namespace goetia
