#include "master/page/page_files.h"

#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/hash.h"
#include "base/process.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostFiles = 5000;
constexpr std::uintmax_t kMostBytes = 128 * 1024 * 1024;
constexpr std::size_t kHashLetters = 8;  // of a name that the build gives: "index-DxDmvI-7.js"

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".txt", "text/plain; charset=utf-8"},
    {".map", "application/json"},
}};

std::string type_of(std::string_view path) {
    for (const auto& [ending, type] : kTypes) {
        if (path.ends_with(ending)) return std::string(type);
    }
    return "application/octet-stream";
}

bool is_hashed(std::string_view path) {
    if (!path.starts_with("/assets/")) return false;
    const std::string_view name = path.substr(path.rfind('/') + 1);
    const std::size_t end = name.find('.');
    return end != std::string_view::npos && end > kHashLetters && name[end - kHashLetters - 1] == '-';
}

std::string encoding_of(const fs::path& file) {
    if (file.extension() == ".br") return "br";
    return file.extension() == ".gz" ? "gzip" : "";
}

// The plain files below the folder, the plain form of each before the others: in the order of their names.
Result<std::vector<fs::path>> files_below(const fs::path& folder) {
    std::vector<fs::path> found;
    std::uintmax_t bytes = 0;
    std::error_code code;
    fs::recursive_directory_iterator each(folder, code);
    for (; !code && each != fs::recursive_directory_iterator(); each.increment(code)) {
        const bool is_hidden = each->path().filename().native().starts_with('.');
        if (is_hidden) each.disable_recursion_pending();
        std::error_code unread;
        if (is_hidden || each->symlink_status(unread).type() != fs::file_type::regular) continue;
        bytes += each->file_size(unread);
        if (found.size() == kMostFiles || bytes > kMostBytes) {
            return invalid("'{}' holds more than a page does (allowed: {} files of {} MiB together); name web/dist",
                           folder.native(), kMostFiles, kMostBytes >> 20);
        }
        found.push_back(each->path());
    }
    if (code) return os_error("read", folder.native(), code.value());
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace

Result<PageFiles> read_page(const fs::path& folder) {
    GOETIA_ASSIGN(const std::vector<fs::path> found, files_below(folder));
    PageFiles files;
    for (const fs::path& file : found) {
        GOETIA_ASSIGN(std::string bytes, read_file(file));
        std::string encoding = encoding_of(file);
        fs::path name = file.lexically_relative(folder);
        if (!encoding.empty()) name.replace_extension();
        const std::string path = "/" + name.generic_string();
        PageFile& entry = files[path];
        if (encoding.empty()) {
            entry.type = type_of(path);
            entry.is_forever = is_hashed(path);
        } else if (entry.forms.empty()) {
            return invalid("'{}' holds '{}' without the file that it is a form of; build it anew", folder.native(),
                           file.filename().native());
        }
        entry.forms.push_back({std::move(encoding), sha256_hex(bytes), std::move(bytes)});
    }
    if (!files.contains("/index.html")) {
        return invalid("'{}' holds no index.html; name the folder that the build of web/ writes", folder.native());
    }
    return files;
}

fs::path built_page() {
    fs::path above = own_folder();
    for (int level = 0; level < 5 && above.has_relative_path(); ++level, above = above.parent_path()) {
        for (const fs::path& place : {above / "share" / "goetia" / "page", above / "web" / "dist"}) {
            std::error_code none;
            if (fs::is_regular_file(place / "index.html", none)) return place;
        }
    }
    return {};
}

}  // namespace goetia
