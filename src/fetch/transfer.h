// One HTTP request and its response. Redirects and retries are left to the caller.
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

// "bytes 0-99/1000"; empty when it is malformed.
std::optional<ContentRange> parse_content_range(std::string_view text);

struct ResponseHead {
    long status = 0;
    std::optional<std::int64_t> length;
    std::optional<ContentRange> range;
    std::string etag, last_modified, location, encoding;
    std::optional<double> retry_after;  // seconds

    // For If-Range: a strong ETag, else the date; empty when the server gives neither, so that a changed file would go
    // unnoticed.
    [[nodiscard]] std::string validator() const;
};

struct TransferRequest {
    Url url;
    std::string range;         // "0-99", "100-"; empty: all
    std::string if_range;      // a validator; empty: none
    bool any_address = false;  // false: connections to local addresses are refused
    double connect_seconds = 20;
    double stall_seconds = 30;            // the transfer has stalled when in this time
    std::int64_t stall_bytes = 8 * 1024;  // fewer bytes arrive
    std::function<bool()> stopped = [] { return false; };
};

struct TransferSink {
    std::function<Result<bool>(const ResponseHead&)> head;  // called once; false: skip the body
    std::function<Status(std::string_view)> body;
};

// Errors: kUnavailable (the network or the server failed, a retry may help), kDenied (the address is refused),
// kCancelled, and those of the sink, unchanged. Any status of the server is a response, not an error.
Result<ResponseHead> transfer(const TransferRequest& request, const TransferSink& sink);

}  // namespace goetia
