// A file as the answer to a request: whole, a range of it, or "you have it already".
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "net/http.h"

namespace goetia {

// The file's content never changes under its `etag` (its hash): If-None-Match, Range and If-Range are answered by it.
// One range is answered; several as the whole file, which the protocol allows.
Result<HttpResponse> file_response(const HttpRequest& request, const std::filesystem::path& path, std::string_view etag,
                                   std::string_view content_type);

}  // namespace goetia
