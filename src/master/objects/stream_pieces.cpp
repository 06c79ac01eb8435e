#include "master/objects/stream_pieces.h"

#include <algorithm>

#include "base/json.h"
#include "base/json_text.h"

namespace goetia {
namespace {

Json ranges_json(const std::vector<StreamPiece>& pieces) {
    Json list = Json::array();
    for (const StreamPiece& piece : pieces) list.push_back({piece.from, piece.to});
    return list;
}

std::vector<StreamPiece> ranges_from(const Json& list) {
    std::vector<StreamPiece> pieces;
    for (const Json& piece : list) pieces.push_back({piece.at(0).get<std::int64_t>(), piece.at(1).get<std::int64_t>()});
    return pieces;
}

}  // namespace

std::int64_t bytes_in(const std::vector<StreamPiece>& pieces) {
    std::int64_t bytes = 0;
    for (const StreamPiece& piece : pieces) bytes += piece.to - piece.from;
    return bytes;
}

std::vector<StreamPiece> first_of(const std::vector<StreamPiece>& pieces, std::int64_t bytes) {
    std::vector<StreamPiece> first;
    for (const StreamPiece& piece : pieces) {
        const std::int64_t taken = std::min(bytes, piece.to - piece.from);
        if (taken <= 0) break;
        if (!first.empty() && first.back().to == piece.from) first.back().to += taken;
        else first.push_back({piece.from, piece.from + taken});
        bytes -= taken;
    }
    return first;
}

std::int64_t StreamPieces::length(std::int64_t file_bytes) const {
    return bytes_in(shared) + (is_compared ? 0 : file_bytes - open_from);
}

std::vector<StreamPiece> StreamPieces::all(std::int64_t file_bytes) const {
    std::vector<StreamPiece> pieces = shared;
    if (!is_compared && file_bytes > open_from) pieces.push_back({open_from, file_bytes});
    return pieces;
}

StreamPieces StreamPieces::next(std::int64_t file_bytes) const {
    // A generation that was still compared held nothing but what the older one holds.
    return {.generation = generation + 1,
            .shared = {},
            .open_from = file_bytes,
            .older = is_compared ? older : all(file_bytes),
            .is_compared = true};
}

Json to_json(const StreamPieces& pieces) {
    return {{"generation", pieces.generation},
            {"shared", ranges_json(pieces.shared)},
            {"open_from", pieces.open_from},
            {"older", ranges_json(pieces.older)},
            {"compared", pieces.is_compared}};
}

Result<StreamPieces> stream_pieces_from(std::string_view text, std::string_view source) {
    GOETIA_ASSIGN(const Json json, parse_json(text, source));
    try {
        return StreamPieces{.generation = json.at("generation").get<std::uint32_t>(),
                            .shared = ranges_from(json.at("shared")),
                            .open_from = json.at("open_from").get<std::int64_t>(),
                            .older = ranges_from(json.at("older")),
                            .is_compared = json.at("compared").get<bool>()};
    } catch (const Json::exception&) {
        return invalid("'{}' does not say where the bytes of a stream are", source);
    }
}

}  // namespace goetia
