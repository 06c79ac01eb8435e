#include "fetch/address.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace goetia {
namespace {

struct Range {
    std::uint32_t first;
    int bits;
};

constexpr std::uint32_t ipv4(int a, int b, int c, int d) {
    return static_cast<std::uint32_t>(a) << 24U | static_cast<std::uint32_t>(b) << 16U |
           static_cast<std::uint32_t>(c) << 8U | static_cast<std::uint32_t>(d);
}

// RFC 6890 and its updates.
constexpr std::array<Range, 16> kClosed{{{ipv4(0, 0, 0, 0), 8},
                                         {ipv4(10, 0, 0, 0), 8},
                                         {ipv4(100, 64, 0, 0), 10},
                                         {ipv4(127, 0, 0, 0), 8},
                                         {ipv4(169, 254, 0, 0), 16},
                                         {ipv4(172, 16, 0, 0), 12},
                                         {ipv4(192, 0, 0, 0), 24},
                                         {ipv4(192, 0, 2, 0), 24},
                                         {ipv4(192, 88, 99, 0), 24},
                                         {ipv4(192, 168, 0, 0), 16},
                                         {ipv4(198, 18, 0, 0), 15},
                                         {ipv4(198, 51, 100, 0), 24},
                                         {ipv4(203, 0, 113, 0), 24},
                                         {ipv4(224, 0, 0, 0), 4},
                                         {ipv4(240, 0, 0, 0), 4},
                                         {ipv4(255, 255, 255, 255), 32}}};

bool is_public_ipv4(std::uint32_t address) {
    return std::none_of(kClosed.begin(), kClosed.end(),
                        [&](const Range& range) { return (address ^ range.first) >> (32 - range.bits) == 0; });
}

using Bytes16 = std::span<const std::uint8_t, 16>;

std::uint32_t ipv4_at(Bytes16 bytes, std::size_t offset) {
    return ipv4(bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]);
}

bool begins(Bytes16 bytes, std::initializer_list<std::uint8_t> with) {
    return std::equal(with.begin(), with.end(), bytes.begin());
}

bool is_public_ipv6(Bytes16 bytes) {
    if (begins(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF})) return is_public_ipv4(ipv4_at(bytes, 12));
    if (begins(bytes, {0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0})) return is_public_ipv4(ipv4_at(bytes, 12));
    if (begins(bytes, {0x20, 0x02})) return is_public_ipv4(ipv4_at(bytes, 2));  // 6to4
    if ((bytes[0] & 0xE0U) != 0x20) return false;                               // only 2000::/3 is allocated
    if (begins(bytes, {0x20, 0x01, 0x0D, 0xB8})) return false;                  // documentation
    return !(begins(bytes, {0x20, 0x01}) && bytes[2] < 0x02);                   // 2001::/23: Teredo and the like
}

}  // namespace

bool is_public_address(const sockaddr& address) {
    if (address.sa_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &address, sizeof four);
        return is_public_ipv4(ntohl(four.sin_addr.s_addr));
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 six{};
        std::memcpy(&six, &address, sizeof six);
        return is_public_ipv6(Bytes16(six.sin6_addr.s6_addr));
    }
    return false;
}

std::string address_text(const sockaddr& address) {
    char text[INET6_ADDRSTRLEN] = "an address of another kind";
    if (address.sa_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &address, sizeof four);
        ::inet_ntop(AF_INET, &four.sin_addr, text, sizeof text);
    } else if (address.sa_family == AF_INET6) {
        sockaddr_in6 six{};
        std::memcpy(&six, &address, sizeof six);
        ::inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof text);
    }
    return text;
}

}  // namespace goetia
