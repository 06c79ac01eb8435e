#include "fetch/url.h"

#include <algorithm>
#include <memory>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>

#include "fetch/address.h"

namespace goetia {
namespace {

using Handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return "";
    std::string copy = text;
    curl_free(text);
    return copy;
}

std::string lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

}  // namespace

bool Url::names_closed_host() const {
    std::string name = host;
    if (name.ends_with('.')) name.pop_back();
    if (name == "localhost" || name.ends_with(".localhost")) return true;
    sockaddr_in four{};
    four.sin_family = AF_INET;
    if (::inet_pton(AF_INET, name.c_str(), &four.sin_addr) == 1)
        return !is_public_address(reinterpret_cast<const sockaddr&>(four));
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    return ::inet_pton(AF_INET6, name.c_str(), &six.sin6_addr) == 1 &&
           !is_public_address(reinterpret_cast<const sockaddr&>(six));
}

Result<Url> parse_url(const std::string& text, const std::string& base) {
    const Handle handle(curl_url(), curl_url_cleanup);
    if (!handle) return failed("cannot read '{}': out of memory", text);
    CURLUcode code = CURLUE_OK;
    if (!base.empty()) code = curl_url_set(handle.get(), CURLUPART_URL, base.c_str(), 0);
    if (code == CURLUE_OK)
        code = curl_url_set(handle.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE);
    if (code != CURLUE_OK) return invalid("'{}' is not a URL such as https://host/file", text);
    curl_url_set(handle.get(), CURLUPART_FRAGMENT, nullptr, 0);
    Url url;
    url.scheme = lower_case(part_of(handle.get(), CURLUPART_SCHEME));
    if (url.scheme != "http" && url.scheme != "https" && url.scheme != "file")
        return invalid("'{}' begins with '{}:'; only http, https and file are fetched", text, url.scheme);
    url.text = part_of(handle.get(), CURLUPART_URL);
    // The resolved URL must parse on its own: curl resolves some that it then cannot parse.
    if (!base.empty()) return parse_url(url.text);
    url.path = part_of(handle.get(), CURLUPART_PATH, CURLU_URLDECODE);
    url.has_user = !part_of(handle.get(), CURLUPART_USER).empty();
    if (url.scheme == "file") return url;
    url.host = lower_case(part_of(handle.get(), CURLUPART_HOST));
    if (url.host.starts_with('[') && url.host.ends_with(']')) url.host = url.host.substr(1, url.host.size() - 2);
    url.origin =
        fmt::format("{}://{}:{}", url.scheme, url.host, part_of(handle.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT));
    return url;
}

}  // namespace goetia
