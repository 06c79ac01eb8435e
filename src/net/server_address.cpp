#include "net/server_address.h"

#include <array>
#include <charconv>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace goetia {
namespace {

Result<int> parsed_port(std::string_view text, std::string_view url) {
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535) {
        return invalid("the address '{}' has the port '{}', not one from 1 to 65535", url, text);
    }
    return port;
}

}  // namespace

std::string ServerAddress::authority() const {
    return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

std::string ServerAddress::url() const { return fmt::format("{}://{}", tls ? "https" : "http", authority()); }

Result<ServerAddress> ServerAddress::parse(std::string_view url) {
    ServerAddress address;
    std::string_view rest = url;
    address.tls = rest.starts_with("https://");
    if (!address.tls && !rest.starts_with("http://")) {
        return invalid("the address '{}' is not 'http://HOST:PORT' or 'https://HOST:PORT'", url);
    }
    rest.remove_prefix(address.tls ? 8 : 7);
    if (rest.ends_with('/')) rest.remove_suffix(1);
    const bool bracketed = rest.starts_with('[') && rest.find(']') != std::string_view::npos;
    const std::size_t end_of_host = bracketed ? rest.find(']') + 1 : std::min(rest.find(':'), rest.size());
    std::string_view host = rest.substr(0, end_of_host);
    if (bracketed) host = host.substr(1, host.size() - 2);
    rest.remove_prefix(end_of_host);
    if (host.empty() || host.find_first_of("/?#@ ") != std::string_view::npos ||
        (!rest.empty() && rest.front() != ':')) {
        return invalid("the address '{}' is not '{}://HOST:PORT'", url, address.tls ? "https" : "http");
    }
    address.host = host;
    address.port = address.tls ? 443 : 80;
    if (!rest.empty()) {
        GOETIA_ASSIGN(address.port, parsed_port(rest.substr(1), url));
    }
    return address;
}

bool is_loopback(std::string_view host) {
    const std::string name(host);
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET, name.c_str(), bytes.data()) == 1) return bytes[0] == 127;
    if (inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1) {
        return bytes == std::array<unsigned char, 16>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    }
    return name == "localhost";
}

}  // namespace goetia
