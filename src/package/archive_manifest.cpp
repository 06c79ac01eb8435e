#include "package/archive_manifest.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "archive/tar_reader.h"
#include "archive/zstd_source.h"
#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "protocol/manifests.h"

namespace goetia {
namespace {

constexpr std::int64_t kLargestManifest = 64 << 20;

class OpenedFile final : public ArchiveBytes {
  public:
    OpenedFile(int file, std::string named) : file_(file), named_(std::move(named)) {}
    Result<std::size_t> read(std::span<char> into) override {
        for (;;) {
            const ssize_t got = ::read(file_, into.data(), into.size());
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) return os_error("read", named_, errno);
        }
    }

  private:
    int file_;
    std::string named_;
};

Result<Json> manifest_in(ArchiveBytes& bytes) {
    const std::unique_ptr<ArchiveBytes> plain = zstd_source(bytes);
    TarReader archive(*plain);
    GOETIA_ASSIGN(const std::optional<TarEntry> entry, archive.next());
    if (!entry || entry->folder || entry->path != kManifestFile)
        return invalid("must begin with '{}', found {}", kManifestFile,
                       entry ? fmt::format("'{}'", entry->path.native()) : "nothing");
    if (entry->bytes > kLargestManifest)
        return invalid("has a manifest of {} bytes; at most {} are allowed", entry->bytes, kLargestManifest);
    std::string text(static_cast<std::size_t>(entry->bytes), '\0');
    for (std::size_t at = 0; at < text.size();) {
        GOETIA_ASSIGN(const std::size_t got, archive.read(std::span(text).subspan(at)));
        at += got;
    }
    return parse_json(text, kManifestFile);
}

}  // namespace

Result<Json> archive_manifest(const std::filesystem::path& archive) {
    const FileDescriptor file(::open(archive.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return os_error("read", archive.native(), errno);
    OpenedFile bytes(file.get(), archive.native());
    auto manifest = manifest_in(bytes);
    if (manifest) return manifest;
    return std::move(manifest).error().within(fmt::format("archive '{}'", archive.native()));
}

Result<Json> archive_manifest_of(std::string_view archive) {
    TextSource bytes(archive);
    return manifest_in(bytes);
}

}  // namespace goetia
