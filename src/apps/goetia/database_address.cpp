#include "apps/goetia/database_address.h"

#include <cstdlib>

#include <fmt/format.h>

namespace goetia::cli {

std::string with_password(const std::string& url) {
    const char* password = std::getenv("GOETIA_DB_PASSWORD");
    const std::size_t at = url.find('@');
    if (password == nullptr || at == std::string::npos || url.find(':', url.find("://") + 3) < at) return url;
    std::string encoded;
    for (const char letter : std::string_view(password))
        encoded += fmt::format("%{:02x}", static_cast<unsigned char>(letter));
    return url.substr(0, at) + ":" + encoded + url.substr(at);
}

}  // namespace goetia::cli
