// What an ELF file (a program or a shared library) says of what it needs. Nothing of it is run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace goetia {

struct ElfFile {
    std::string processor;               // "x86_64", "aarch64"
    std::vector<std::string> needed;     // names of shared libraries
    std::string run_path;                // "$ORIGIN/../lib:/opt/lib": where they are searched
    bool run_path_is_inherited = false;  // RPATH, which its libraries use as well; otherwise RUNPATH
    std::string glibc;                   // the oldest that has all it uses, "2.34"; empty: it uses none
    std::int64_t path_entry = 0;         // where in the file the dynamic entry of the run path is; 0: there is none
    std::uint64_t path_text = 0;         // its value: an offset into the table of texts
    std::int64_t path_at = 0;            // where in the file the run path itself is
};

// Empty for a file that is not ELF (a script, a text). kInvalid: damaged; kUnsupported: not for 64-bit Linux.
Result<std::optional<ElfFile>> read_elf(const std::filesystem::path& file);
Result<std::optional<ElfFile>> elf_from_bytes(std::string_view bytes, const std::string& named);

// Bytes that replace others of the same length.
struct BytePatch {
    std::int64_t at = 0;
    std::string bytes;
};

// Makes the run path one that its libraries inherit, and of `text` (such as "$ORIGIN/../lib") alone; an empty text
// keeps the whole path. kNotFound when the path does not contain it.
Result<std::vector<BytePatch>> inherited_run_path(const ElfFile& elf, const std::string& text);

}  // namespace goetia
