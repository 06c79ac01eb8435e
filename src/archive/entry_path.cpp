#include "archive/entry_path.h"

#include <algorithm>
#include <iterator>

namespace goetia {
namespace fs = std::filesystem;

Result<fs::path> entry_path(std::string_view name, int most_deep) {
    if (name.empty()) return invalid("has no name");
    if (name.size() > 4096) return invalid("has a name of {} bytes", name.size());
    if (name.front() == '/') return invalid("has an absolute name");
    if (std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }))
        return invalid("has a control character in its name");
    if (name.find('\\') != std::string_view::npos || (name.size() > 1 && name[1] == ':'))
        return invalid("has a name that other systems read as a path");
    fs::path path;
    int depth = 0;
    for (std::size_t at = 0; at <= name.size();) {
        const std::size_t end = std::min(name.find('/', at), name.size());
        const std::string_view part = name.substr(at, end - at);
        at = end + 1;
        if (part.empty() || part == ".") continue;
        if (part == "..") return invalid("has '..' in its name");
        if (part.size() > 255) return invalid("has a part of {} bytes in its name", part.size());
        if (++depth > most_deep) return invalid("is nested more than {} folders deep", most_deep);
        path /= part;
    }
    return path;
}

bool link_stays_inside(const fs::path& link, std::string_view target) {
    if (target.empty() || target.front() == '/' || target.find('\0') != std::string_view::npos) return false;
    int depth = static_cast<int>(std::distance(link.begin(), link.end())) - 1;
    for (const fs::path& part : fs::path(target)) {
        if (part == "..") --depth;
        if (part != ".." && part != "." && !part.empty()) ++depth;
        if (depth < 0) return false;
    }
    return true;
}

}  // namespace goetia
