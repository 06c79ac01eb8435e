// The shared libraries that programs need, found as the loader finds them but without running anything.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "package/elf_file.h"

namespace goetia {

struct SharedLibrary {
    std::string name;            // by which it is asked for: "libfmt.so.9"
    std::filesystem::path file;  // behind any links
    ElfFile elf;
};

// Part of glibc or of the graphics driver: it must be that of the machine that runs the program.
bool belongs_to_machine(std::string_view library);

// Where the loader looks after run paths: LD_LIBRARY_PATH, the folders of /etc/ld.so.conf, its built-in ones.
std::vector<std::filesystem::path> system_library_folders();

// All that the programs need, directly or through another, sorted by name; and what LibTorch and NVIDIA's libraries
// open by name while they run. kNotFound with every library that is in none of the folders.
Result<std::vector<SharedLibrary>> shared_libraries_of(const std::vector<std::filesystem::path>& programs,
                                                       const std::vector<std::filesystem::path>& system_folders);

}  // namespace goetia
