#include "master/objects/record_border.h"

#include <algorithm>
#include <cstring>

#include "experiment/journal_format.h"

namespace goetia {
namespace {

using journal_format::kHeaderBytes;

Result<std::int64_t> journal_border(std::int64_t at, const ReadBytes& read) {
    constexpr std::int64_t kBlock = 1 << 20;
    auto border = static_cast<std::int64_t>(journal_format::kMagic.size());
    if (at < border) return 0;
    std::string block;
    std::int64_t begin = border;  // of the block
    for (;;) {
        if (border + static_cast<std::int64_t>(kHeaderBytes) > begin + static_cast<std::int64_t>(block.size())) {
            begin = border;
            GOETIA_ASSIGN(block, read(begin, std::min(at, begin + kBlock)));
            if (block.size() < kHeaderBytes) return border;
        }
        std::uint32_t payload = 0;
        std::memcpy(&payload, block.data() + (border - begin), sizeof payload);
        const std::int64_t next = border + static_cast<std::int64_t>(kHeaderBytes) + payload;
        if (next > at) return border;
        border = next;
        if (border > begin + static_cast<std::int64_t>(block.size())) begin = border, block.clear();
    }
}

}  // namespace

Result<std::int64_t> record_border(std::string_view stream, std::int64_t at, const ReadBytes& read) {
    if (stream.ends_with(".journal")) return journal_border(at, read);
    constexpr std::int64_t kNear = 64 << 10;
    const std::int64_t from = std::max<std::int64_t>(0, at - kNear);
    GOETIA_ASSIGN(const std::string before, read(from, at));
    const std::size_t line = before.rfind('\n');
    if (line == std::string::npos) return from == 0 ? 0 : at;
    return from + static_cast<std::int64_t>(line) + 1;
}

}  // namespace goetia
