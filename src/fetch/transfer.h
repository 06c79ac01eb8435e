// One request and its answer over HTTP. No redirect is followed here and nothing is tried twice: what to do with an
// answer is decided by who asked.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "fetch/url.h"

namespace goetia {

struct ContentRange {
    std::int64_t begin = 0, end = 0;    // bytes [begin, end)
    std::optional<std::int64_t> total;  // of the whole file
};

// "bytes 0-99/1000"; nothing when it is not that.
std::optional<ContentRange> parse_content_range(std::string_view text);

struct ResponseHead {
    long status = 0;
    std::optional<std::int64_t> length;
    std::optional<ContentRange> range;
    std::string etag, last_modified, location, encoding;
    std::optional<double> retry_after;  // seconds

    // What If-Range takes: a strong ETag, else the date; empty when a resumed file cannot be told from a changed one.
    [[nodiscard]] std::string validator() const;
};

struct TransferRequest {
    Url url;
    std::string range;         // "0-99", "100-"; empty: the whole
    std::string if_range;      // a validator; empty: none
    bool any_address = false;  // else addresses of this machine and its network are refused when they are connected to
    double connect_seconds = 20;
    double stall_seconds = 30;            // within any such time there must come
    std::int64_t stall_bytes = 8 * 1024;  // as many bytes
    std::function<bool()> stopped = [] { return false; };
};

struct TransferSink {
    std::function<Result<bool>(const ResponseHead&)> head;  // once; false: the body is not wanted
    std::function<Status(std::string_view)> body;
};

// kUnavailable: the network or the server failed, trying again may help. kDenied: the address is refused. kCancelled.
// An error of the sink comes back as it is. Any status of the server is an answer, not an error.
Result<ResponseHead> transfer(const TransferRequest& request, const TransferSink& sink);

}  // namespace goetia
