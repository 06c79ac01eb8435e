// Reads the entries of an untrusted tar archive: ustar, with GNU's and pax's long names and sizes. Files and folders
// only; everything else (links, devices, sparse files) is refused, as are names that leave the target folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "archive/archive_bytes.h"

namespace goetia {

struct TarEntry {
    std::filesystem::path path;  // relative, without "." or ".."; empty: the archive's own folder
    bool folder = false;
    bool executable = false;
    std::int64_t bytes = 0;
};

class TarReader {
  public:
    explicit TarReader(ArchiveBytes& source) : source_(source) {}

    // The next entry, empty at the end; what is left of the one before is skipped. kInvalid: refused or damaged.
    Result<std::optional<TarEntry>> next();
    // The content of the entry, piece by piece; 0 at its end.
    Result<std::size_t> read(std::span<char> into);

  private:
    struct Names {  // from the entries before the one that they describe
        std::optional<std::string> path;
        std::optional<std::int64_t> bytes;
    };
    Status fill(std::span<char> into, bool& ended);
    Result<std::string> read_text(std::int64_t bytes);
    Result<TarEntry> entry_of(std::span<const char> header, const Names& names);
    Status skip_rest();

    ArchiveBytes& source_;
    std::int64_t left_ = 0;     // of the content of the current entry
    std::int64_t padding_ = 0;  // after it
};

}  // namespace goetia
