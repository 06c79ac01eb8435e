#include "net/file_response.h"

#include <algorithm>
#include <charconv>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace goetia {
namespace {

struct ByteRange {
    std::uint64_t first = 0, last = 0;
};
enum class RangeKind { kWhole, kPart, kOutside };

std::optional<std::uint64_t> range_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// "bytes=5-9", "bytes=5-", "bytes=-5"; anything else is ignored, as the protocol asks.
RangeKind range_of(std::string_view text, std::uint64_t size, ByteRange& range) {
    if (!text.starts_with("bytes=") || text.find(',') != std::string_view::npos) return RangeKind::kWhole;
    text.remove_prefix(6);
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) return RangeKind::kWhole;
    const auto first = range_number(text.substr(0, dash)), last = range_number(text.substr(dash + 1));
    const bool from_end = dash == 0;
    if ((from_end && !last) || (!from_end && !first) || (!from_end && dash + 1 < text.size() && !last)) {
        return RangeKind::kWhole;
    }
    if (from_end) {
        if (*last == 0 || size == 0) return RangeKind::kOutside;
        range = {size - std::min(*last, size), size - 1};
        return RangeKind::kPart;
    }
    if (last && *last < *first) return RangeKind::kWhole;
    if (*first >= size) return RangeKind::kOutside;
    range = {*first, std::min(last.value_or(size - 1), size - 1)};
    return RangeKind::kPart;
}

}  // namespace

Result<HttpResponse> file_response(const HttpRequest& request, const std::filesystem::path& path, std::string_view etag,
                                   std::string_view content_type) {
    const std::string quoted = fmt::format("\"{}\"", etag);
    HttpResponse response;
    response.headers.set("ETag", quoted);
    response.headers.set("Accept-Ranges", "bytes");
    response.headers.set("Content-Type", std::string(content_type));
    response.headers.set("X-Content-Type-Options", "nosniff");
    const std::string known = request.headers.value("If-None-Match");
    if (known == "*" || known.find(quoted) != std::string::npos) return response.status = 304, response;

    auto file = std::make_shared<const FileDescriptor>(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file->valid()) return os_error("open", path.string(), errno);
    struct stat facts{};
    if (::fstat(file->get(), &facts) != 0) return os_error("look at", path.string(), errno);
    const auto size = static_cast<std::uint64_t>(facts.st_size);
    ByteRange range;
    const std::string* condition = request.headers.find("If-Range");
    const bool ranged = !condition || *condition == quoted;
    switch (ranged ? range_of(request.headers.value("Range"), size, range) : RangeKind::kWhole) {
        case RangeKind::kWhole: response.file = FileSlice{file, 0, size}; break;
        case RangeKind::kPart:
            response.status = 206;
            response.headers.set("Content-Range", fmt::format("bytes {}-{}/{}", range.first, range.last, size));
            response.file = FileSlice{file, range.first, range.last - range.first + 1};
            break;
        case RangeKind::kOutside:
            response.status = 416;
            response.headers.set("Content-Range", fmt::format("bytes */{}", size));
            break;
    }
    return response;
}

}  // namespace goetia
