#include "package/runtime_bundle.h"

#include <cerrno>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

#include "archive/tar_writer.h"
#include "archive/zstd_sink.h"
#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "package/archive_manifest.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr int kPackingVersion = 1;  // rises when the same parts are packed in another way

Error packing_stopped() { return make_error(Code::kCancelled, "the packing of the runtime was stopped"); }

Result<std::vector<ArchivedFile>> hashed(const std::vector<BundlePart>& parts, const StopToken& stop) {
    std::vector<ArchivedFile> files;
    for (const BundlePart& part : parts) {
        Sha256 hash;
        std::int64_t bytes = 0;
        GOETIA_TRY(for_each_piece(part, [&](std::string_view piece) {
            if (stop.stop_requested()) return Status(packing_stopped());
            hash.add(piece);
            bytes += static_cast<std::int64_t>(piece.size());
            return Status();
        }));
        files.push_back({part.name, bytes, hash.hex()});
    }
    return files;
}

// The archive, with a check that what is packed is what was hashed.
class BundleWriter {
  public:
    BundleWriter(ArchiveSink& out, const BundleOptions& options) : tar_(out), options_(options) {}

    Status run(const std::vector<BundlePart>& parts, const BundleManifest& manifest) {
        all_ = unpacked_bytes(manifest.files);
        GOETIA_TRY(tar_.add(std::string(kManifestFile), json_text(to_json(manifest), 1) + "\n"));
        for (std::size_t i = 0; i < parts.size(); ++i) GOETIA_TRY(add(parts[i], manifest.files[i]));
        return tar_.finish();
    }

  private:
    Status add(const BundlePart& part, const ArchivedFile& expected) {
        GOETIA_TRY(tar_.begin(part.name, expected.bytes, part.executable));
        Sha256 hash;
        GOETIA_TRY(for_each_piece(part, [&](std::string_view piece) {
            if (options_.stop.stop_requested()) return Status(packing_stopped());
            hash.add(piece);
            done_ += static_cast<std::int64_t>(piece.size());
            if (options_.on_progress) options_.on_progress(done_, all_);
            return tar_.write(piece);
        }));
        if (hash.hex() == expected.sha256) return {};
        return failed("'{}' changed while it was packed; try again once the build has ended", part.file.native());
    }

    TarWriter tar_;
    const BundleOptions& options_;
    std::int64_t done_ = 0, all_ = 0;
};

Status write_archive(const fs::path& file, const std::vector<BundlePart>& parts, const BundleOptions& options,
                     RuntimeBundle& bundle) {
    const FileDescriptor opened(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!opened.valid()) return os_error("write", file.native(), errno);
    ArchiveFile out(opened.get(), file.native());
    const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    ZstdSink compressed(out, {.level = options.level, .threads = options.threads > 0 ? options.threads : cores});
    GOETIA_TRY(BundleWriter(compressed, options).run(parts, bundle.manifest));
    GOETIA_TRY(compressed.finish());
    if (::fsync(opened.get()) != 0) return os_error("sync", file.native(), errno);
    bundle.bytes = out.bytes();
    bundle.sha256 = out.sha256();
    return {};
}

// The bundle of these parts that was packed before, if its archive is still there.
std::optional<RuntimeBundle> packed_before(const fs::path& note, const BundleManifest& manifest) {
    const auto text = read_file(note);
    if (!text) return std::nullopt;
    const auto json = parse_json(*text, note.native());
    if (!json || !json->is_object()) return std::nullopt;
    RuntimeBundle bundle{.manifest = manifest, .is_new = false};
    bundle.sha256 = json->value("sha256", "");
    bundle.bytes = json->value("bytes", std::int64_t{0});
    bundle.file = note.parent_path() / (bundle.sha256 + ".tar.zst");
    std::error_code code;
    if (static_cast<std::int64_t>(fs::file_size(bundle.file, code)) != bundle.bytes || code) return std::nullopt;
    return bundle;
}

std::string key_of(const BundleManifest& manifest, const BundleOptions& options) {
    return sha256_hex(fmt::format("{} {} {}", kPackingVersion, options.level, json_text(to_json(manifest))));
}

}  // namespace

Result<RuntimeBundle> make_bundle(const BundleSource& source, const fs::path& folder, const BundleOptions& options) {
    GOETIA_ASSIGN(const BundleParts parts, bundle_parts(source));
    RuntimeBundle bundle{.manifest = {.runtime = parts.runtime, .files = {}}};
    GOETIA_ASSIGN(bundle.manifest.files, hashed(parts.parts, options.stop));
    GOETIA_TRY(make_folders(folder));
    const fs::path note = folder / (key_of(bundle.manifest, options).substr(0, 16) + ".json");
    if (auto before = packed_before(note, bundle.manifest)) return *std::move(before);
    const fs::path temporary = folder / fmt::format(".bundle.part.{}", ::getpid());
    Status written = write_archive(temporary, parts.parts, options, bundle);
    if (written) {
        bundle.file = folder / (bundle.sha256 + ".tar.zst");
        if (::rename(temporary.c_str(), bundle.file.c_str()) != 0)
            written = os_error("make", bundle.file.native(), errno);
    }
    if (!written) {
        ::unlink(temporary.c_str());
        return std::move(written).error();
    }
    GOETIA_TRY(sync_folder(folder));
    GOETIA_TRY(write_file_atomic(note, json_text({{"sha256", bundle.sha256}, {"bytes", bundle.bytes}}) + "\n"));
    return bundle;
}

Result<RuntimeBundle> read_bundle(const fs::path& file) {
    GOETIA_ASSIGN(const Json json, archive_manifest(file));
    RuntimeBundle bundle{.file = file, .is_new = false};
    GOETIA_ASSIGN(bundle.manifest, bundle_manifest_from(json));
    GOETIA_ASSIGN(bundle.sha256, sha256_file(file));
    std::error_code code;
    bundle.bytes = static_cast<std::int64_t>(fs::file_size(file, code));
    return bundle;
}

}  // namespace goetia
