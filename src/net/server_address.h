// Where a server answers: "https://host:8470".
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace goetia {

struct ServerAddress {
    bool tls = false;
    std::string host;
    int port = 0;

    [[nodiscard]] std::string url() const;        // "https://host:8470", "http://[::1]:80"
    [[nodiscard]] std::string authority() const;  // "host:8470", for the header Host

    static Result<ServerAddress> parse(std::string_view url);
};

// Whether `host` is this machine by name or address: "localhost", 127.0.0.0/8, ::1. Others are not looked up.
bool is_loopback(std::string_view host);

}  // namespace goetia
