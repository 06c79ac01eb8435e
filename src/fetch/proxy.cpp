#include "fetch/proxy.h"

#include <cstdlib>
#include <cstring>

#include <netdb.h>

namespace goetia {
namespace {

// Like curl, this ignores HTTP_PROXY in capitals: a web server would set it from a request header.
std::string named_proxy(const std::string& scheme) {
    const auto names = scheme == "http"
                           ? std::vector<const char*>{"http_proxy", "all_proxy", "ALL_PROXY"}
                           : std::vector<const char*>{"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    for (const char* name : names) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0') return value;
    }
    return "";
}

struct HostPort {
    std::string host, port;
};

HostPort host_of(std::string text) {
    if (const auto scheme = text.find("://"); scheme != std::string::npos) text.erase(0, scheme + 3);
    if (const auto user = text.rfind('@'); user != std::string::npos) text.erase(0, user + 1);
    text = text.substr(0, text.find('/'));
    const auto bracket = text.find(']');
    const auto colon = text.find(':', bracket == std::string::npos ? 0 : bracket);
    HostPort found{text.substr(0, colon), colon == std::string::npos ? "1080" : text.substr(colon + 1)};
    if (found.host.starts_with('[') && found.host.ends_with(']'))
        found.host = found.host.substr(1, found.host.size() - 2);
    return found;
}

}  // namespace

std::vector<sockaddr_storage> proxy_addresses(const Url& url) {
    const std::string proxy = named_proxy(url.scheme);
    if (proxy.empty()) return {};
    const HostPort host_port = host_of(proxy);
    addrinfo hints{}, *list = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    std::vector<sockaddr_storage> found;
    if (::getaddrinfo(host_port.host.c_str(), host_port.port.c_str(), &hints, &list) != 0) return found;
    for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
        sockaddr_storage address{};
        std::memcpy(&address, one->ai_addr, one->ai_addrlen);
        found.push_back(address);
    }
    ::freeaddrinfo(list);
    return found;
}

bool same_address(const sockaddr& a, const sockaddr& b) {
    if (a.sa_family != b.sa_family) return false;
    if (a.sa_family == AF_INET) {
        sockaddr_in one{}, other{};
        std::memcpy(&one, &a, sizeof one), std::memcpy(&other, &b, sizeof other);
        return one.sin_port == other.sin_port && one.sin_addr.s_addr == other.sin_addr.s_addr;
    }
    if (a.sa_family != AF_INET6) return false;
    sockaddr_in6 one{}, other{};
    std::memcpy(&one, &a, sizeof one), std::memcpy(&other, &b, sizeof other);
    return one.sin6_port == other.sin6_port && std::memcmp(&one.sin6_addr, &other.sin6_addr, sizeof one.sin6_addr) == 0;
}

}  // namespace goetia
