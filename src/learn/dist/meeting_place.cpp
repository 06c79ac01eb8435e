#include "learn/dist/meeting_place.h"

#include <array>
#include <cerrno>
#include <memory>

#include <netdb.h>
#include <sys/socket.h>

namespace goetia {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Result<Addresses> addresses_of(const std::string& host, int port, int kind, int flags) {
    addrinfo wanted{};
    wanted.ai_socktype = kind;
    wanted.ai_flags = flags | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int fault = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
    if (fault != 0) {
        return make_error(
            Code::kUnavailable,
            "the name '{}' of the node where the ranks meet has no address here: {}; start its agent with "
            "'--host ADDRESS'",
            host, ::gai_strerror(fault));
    }
    return Addresses(found, &::freeaddrinfo);
}

}  // namespace

// Connecting a datagram socket sends nothing: the kernel chooses the route, and with it the address.
Result<std::string> own_address_toward(const std::string& host, int port) {
    GOETIA_ASSIGN(const Addresses found, addresses_of(host, port, SOCK_DGRAM, 0));
    int error = EADDRNOTAVAIL;
    for (const addrinfo* one = found.get(); one != nullptr; one = one->ai_next) {
        const FileDescriptor socket(::socket(one->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        sockaddr_storage own{};
        socklen_t size = sizeof own;
        std::array<char, NI_MAXHOST> text{};
        if (socket.valid() && ::connect(socket.get(), one->ai_addr, one->ai_addrlen) == 0 &&
            ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&own), &size) == 0 &&
            ::getnameinfo(reinterpret_cast<sockaddr*>(&own), size, text.data(), text.size(), nullptr, 0,
                          NI_NUMERICHOST) == 0)
            return std::string(text.data());
        error = errno;
    }
    return os_error("find a way to", host, error);
}

Result<FileDescriptor> bound_socket(const std::string& address, int port) {
    GOETIA_ASSIGN(const Addresses found, addresses_of(address, port, SOCK_STREAM, AI_NUMERICHOST));
    FileDescriptor socket(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int yes = 1;
    if (!socket.valid() || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        ::bind(socket.get(), found->ai_addr, found->ai_addrlen) != 0)
        return os_error("listen at", fmt::format("{}:{}", address, port), errno);
    return socket;
}

}  // namespace goetia
