#include "master/service/live_log.h"

#include <algorithm>

namespace goetia {
namespace {

// How many bytes at the end are the beginning of a character that is not complete.
std::size_t torn_bytes(std::string_view text) {
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xC0U) == 0x80U) continue;  // in the middle of one
        const std::size_t length = byte >= 0xF0U ? 4 : byte >= 0xE0U ? 3 : byte >= 0xC0U ? 2 : 1;
        return length > back ? back : 0;
    }
    return 0;
}

// At the end of a line where there is one, otherwise between two characters.
std::size_t piece_length(std::string_view text) {
    if (text.size() <= LiveLogs::kLongestPiece) return text.size();
    text = text.substr(0, LiveLogs::kLongestPiece);
    const std::size_t line = text.rfind('\n');
    return line == std::string_view::npos ? text.size() - torn_bytes(text) : line + 1;
}

}  // namespace

std::vector<LogPiece> LiveLogs::add(Fence fence, const std::string& stream, std::int64_t offset,
                                    std::string_view bytes) {
    const std::scoped_lock lock(mutex_);
    LogPiece& torn = torn_[{fence, stream}];
    const bool follows = torn.offset + static_cast<std::int64_t>(torn.text.size()) == offset;
    std::string all = follows ? std::move(torn.text) : std::string();
    std::int64_t begin = offset - static_cast<std::int64_t>(all.size());
    all += bytes;
    const std::size_t kept = torn_bytes(all);
    std::string_view rest = std::string_view(all).substr(0, all.size() - kept);
    std::vector<LogPiece> pieces;
    while (!rest.empty()) {
        const std::size_t length = piece_length(rest);
        pieces.push_back({begin, std::string(rest.substr(0, length))});
        begin += static_cast<std::int64_t>(length);
        rest.remove_prefix(length);
    }
    torn = {begin, all.substr(all.size() - kept)};
    return pieces;
}

void LiveLogs::forget(Fence fence) {
    const std::scoped_lock lock(mutex_);
    torn_.erase(torn_.lower_bound({fence, std::string()}), torn_.lower_bound({fence + 1, std::string()}));
}

}  // namespace goetia
