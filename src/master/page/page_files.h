// The files of the built page, read once: what a client names is looked up in this table and never reaches the disk.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {

// One file in one encoding.
struct PageBytes {
    std::string encoding;  // "br", "gzip"; empty: as it is
    std::string etag;      // the SHA-256 of the bytes
    std::string bytes;
};

struct PageFile {
    std::string type;              // for Content-Type
    bool is_forever = false;       // its name holds the hash of its content
    std::vector<PageBytes> forms;  // the plain one first
};

using PageFiles = std::map<std::string, PageFile, std::less<>>;  // by path: "/assets/index-DxDmvI-7.js"

// Every plain file below a folder. F.br and F.gz are further forms of F. What begins with a dot and what is a link is
// left out. kInvalid when it holds no index.html, or more than a page does.
Result<PageFiles> read_page(const std::filesystem::path& folder);

// The page beside this program: share/goetia/page of an installation, else web/dist of the source tree that contains
// the build folder. Empty: neither is there.
std::filesystem::path built_page();

}  // namespace goetia
