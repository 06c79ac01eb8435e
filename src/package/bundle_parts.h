// The files of a runtime bundle: programs, the shared libraries they need, share/goetia and the headers for plug-ins.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "package/elf_file.h"
#include "protocol/manifests.h"

namespace goetia {

struct BundlePart {
    std::string name;            // "lib/libc10.so"
    std::filesystem::path file;  // its content; or, if empty,
    std::string bytes;           // this
    bool executable = false;
    std::vector<BytePatch> patches;  // applied to the file's content
};

struct BundleParts {
    RuntimeBuild runtime;
    std::vector<BundlePart> parts;  // sorted by name
};

struct BundleSource {
    std::filesystem::path programs;  // the folder of goetia-runtime, goetia-supervisor and, if it is there, goetia
    std::filesystem::path share;     // share/goetia
    std::filesystem::path contract, configs;             // used if `share` does not hold them, as in a build folder
    std::vector<std::filesystem::path> library_folders;  // searched after run paths
};

// The installation or build folder that `programs` belongs to.
BundleSource bundle_source(const std::filesystem::path& programs);

Result<BundleParts> bundle_parts(const BundleSource& source);

// The content of a part, piece by piece.
Status for_each_piece(const BundlePart& part, const std::function<Status(std::string_view)>& take);
Result<std::int64_t> bytes_of(const BundlePart& part);

}  // namespace goetia
