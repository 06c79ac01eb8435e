// Addresses of databases on a command line.
#pragma once

#include <string>

namespace goetia::cli {

// The password is no part of a command line, which others can read: GOETIA_DB_PASSWORD holds it.
std::string with_password(const std::string& url);

}  // namespace goetia::cli
