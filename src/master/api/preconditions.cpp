#include "master/api/preconditions.h"

#include <charconv>

#include "base/json.h"
#include "net/problem.h"

namespace goetia {

Result<std::optional<std::int64_t>> expected_version(const RouteCall& call) {
    const std::string header = call.request.headers.value("If-Match");
    if (header.empty() || header == "*") return std::optional<std::int64_t>();
    std::int64_t version = 0;
    const char* end = header.data() + header.size();
    const bool quoted = header.size() > 2 && header.front() == '"' && header.back() == '"';
    const auto read = std::from_chars(header.data() + (quoted ? 1 : 0), end - (quoted ? 1 : 0), version);
    if (!quoted || read.ec != std::errc() || read.ptr != end - 1) {
        return invalid("If-Match is not an ETag of this master, '\"5\"', but '{}'", header);
    }
    return std::optional(version);
}

HttpResponse tagged_response(const Json& document, int status) {
    HttpResponse response = json_response(document, status);
    if (document.is_object() && document.contains("etag"))
        response.headers.set("ETag", "\"" + document["etag"].get<std::string>() + "\"");
    return response;
}

}  // namespace goetia
