#include "fetch/address.h"

#include <cstring>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace goetia {
namespace {

bool is_public(const char* text) {
    sockaddr_storage storage{};
    in_addr four{};
    in6_addr six{};
    if (::inet_pton(AF_INET, text, &four) == 1) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr = four;
        std::memcpy(&storage, &address, sizeof address);
    } else {
        EXPECT_EQ(::inet_pton(AF_INET6, text, &six), 1) << text;
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_addr = six;
        std::memcpy(&storage, &address, sizeof address);
    }
    sockaddr& address = reinterpret_cast<sockaddr&>(storage);
    EXPECT_EQ(address_text(address), text);
    return is_public_address(address);
}

TEST(Address, this_machine_and_its_network_are_not_public) {
    for (const char* text : {"127.0.0.1",
                             "127.255.255.254",
                             "0.0.0.0",
                             "10.1.2.3",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.168.1.1",
                             "169.254.169.254",
                             "100.64.0.1",
                             "224.0.0.1",
                             "240.0.0.1",
                             "255.255.255.255",
                             "198.51.100.7",
                             "::1",
                             "::",
                             "fe80::1",
                             "fc00::1",
                             "fdff::1",
                             "ff02::1",
                             "2001:db8::1",
                             "2001::1",
                             "::ffff:127.0.0.1",
                             "::ffff:10.0.0.1",
                             "64:ff9b::7f00:1",
                             "2002:7f00:1::",
                             "2002:c0a8:101::",
                             "::127.0.0.1"})
        EXPECT_FALSE(is_public(text)) << text;
}

TEST(Address, the_open_internet_is_public) {
    for (const char* text : {"1.1.1.1", "8.8.8.8", "172.32.0.1", "172.15.255.255", "100.128.0.1", "128.100.3.30",
                             "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "2002:808:808::"})
        EXPECT_TRUE(is_public(text)) << text;
}

TEST(Address, other_kinds_are_not_public) {
    sockaddr_un here{};
    here.sun_family = AF_UNIX;
    EXPECT_FALSE(is_public_address(reinterpret_cast<const sockaddr&>(here)));
}

}  // namespace
}  // namespace goetia
