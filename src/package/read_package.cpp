// read_package(): holds a package against its own manifest.
#include <algorithm>
#include <map>

#include "archive/tar_reader.h"
#include "archive/zstd_source.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "package/archive_manifest.h"
#include "package/task_package.h"

namespace goetia {
namespace {

// Reads what follows the manifest; every file must be one that it names, with that size and hash.
Status compare(TarReader& archive, const PackageManifest& manifest) {
    std::map<std::string, const ArchivedFile*> expected;
    for (const ArchivedFile& file : manifest.files) {
        if (!expected.emplace(file.name, &file).second) return invalid("its manifest names '{}' twice", file.name);
    }
    GOETIA_TRY(archive.next());  // the manifest
    std::string piece(1 << 16, '\0');
    for (;;) {
        GOETIA_ASSIGN(const std::optional<TarEntry> entry, archive.next());
        if (!entry) break;
        const auto file = expected.find(entry->path.native());
        if (entry->folder || file == expected.end())
            return invalid("holds '{}', which its manifest does not name", entry->path.native());
        if (entry->bytes != file->second->bytes)
            return invalid("'{}' has {} bytes, its manifest says {}", file->first, entry->bytes, file->second->bytes);
        Sha256 hash;
        for (;;) {
            GOETIA_ASSIGN(const std::size_t got, archive.read(piece));
            if (got == 0) break;
            hash.add(piece.data(), got);
        }
        if (hash.hex() != file->second->sha256) return invalid("'{}' is not what its manifest says", file->first);
        expected.erase(file);
    }
    return expected.empty() ? Status() : invalid("lacks '{}', which its manifest names", expected.begin()->first);
}

// Reads to the end, so that the checksum of the compressed bytes is compared.
Status finish(ArchiveBytes& plain) {
    std::string piece(1 << 12, '\0');
    for (;;) {
        GOETIA_ASSIGN(const std::size_t got, plain.read(piece));
        if (got == 0) return {};
        if (piece.find_first_not_of('\0') < got) return invalid("holds more after its end");
    }
}

Result<PackageManifest> read(std::string_view archive) {
    GOETIA_ASSIGN(const Json json, archive_manifest_of(archive));
    GOETIA_ASSIGN(PackageManifest manifest, package_manifest_from(json));
    if (const std::int64_t bytes = unpacked_bytes(manifest.files); bytes > kLargestPackage)
        return invalid("has files of {} bytes; at most {} are allowed", bytes, kLargestPackage);
    TextSource packed(archive);
    const std::unique_ptr<ArchiveBytes> plain = zstd_source(packed);
    TarReader reader(*plain);
    GOETIA_TRY(compare(reader, manifest));
    GOETIA_TRY(finish(*plain));
    if (std::ranges::find(manifest.files, "run.cbor", &ArchivedFile::name) == manifest.files.end())
        return invalid("has no 'run.cbor'");
    return manifest;
}

}  // namespace

Result<PackageManifest> read_package(std::string_view archive) {
    auto manifest = read(archive);
    if (manifest) return manifest;
    return std::move(manifest).error().within("the task's package");
}

}  // namespace goetia
