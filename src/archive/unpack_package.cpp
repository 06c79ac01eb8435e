#include "archive/unpack_package.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "archive/tar_reader.h"
#include "base/files.h"
#include "base/hash.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// Reads a file and hashes what it read.
class HashedFile final : public ArchiveBytes {
  public:
    explicit HashedFile(int file) : file_(file) {}
    Result<std::size_t> read(std::span<char> into) override {
        for (;;) {
            const ssize_t got = ::pread(file_, into.data(), into.size(), at_);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return os_error("read", "archive", errno);
            at_ += got;
            hash_.add(into.data(), static_cast<std::size_t>(got));
            return static_cast<std::size_t>(got);
        }
    }

    // Of the whole file: reads what is left.
    Result<std::string> hash() {
        std::vector<char> buffer(1 << 16);
        for (;;) {
            GOETIA_ASSIGN(const std::size_t got, read(buffer));
            if (got == 0) return hash_.hex();
        }
    }

  private:
    int file_;
    off_t at_ = 0;
    Sha256 hash_;
};

class PackageWriter {
  public:
    PackageWriter(TarReader& archive, fs::path root, const PackageLimits& limits)
        : archive_(archive), root_(std::move(root)), limits_(limits), buffer_(1 << 17) {}

    Result<PackageTotals> run() {
        GOETIA_TRY(make_folders(root_));
        for (;;) {
            GOETIA_ASSIGN(const std::optional<TarEntry> entry, archive_.next());
            if (!entry) break;
            if (++entries_ > limits_.entries) return invalid("it has more than {} entries", limits_.entries);
            GOETIA_TRY(entry->folder ? make_folders(root_ / entry->path) : write(*entry));
        }
        if (entries_ == 0) return invalid("it is empty");
        return totals_;
    }

  private:
    Status write(const TarEntry& entry) {
        if (entry.bytes > limits_.bytes - totals_.bytes)
            return invalid("its files take more than the allowed {} bytes", limits_.bytes);
        const fs::path path = root_ / entry.path;
        GOETIA_TRY(make_folders(path.parent_path()));
        const FileDescriptor file(
            ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, entry.executable ? 0755 : 0644));
        if (!file.valid() && errno == EEXIST) return invalid("it holds '{}' twice", entry.path.native());
        if (!file.valid()) return os_error("write", path.native(), errno);
        for (;;) {
            GOETIA_ASSIGN(const std::size_t got, archive_.read(buffer_));
            if (got == 0) break;
            GOETIA_TRY(write_all(file.get(), {buffer_.data(), got}, path));
        }
        totals_.bytes += entry.bytes;
        ++totals_.files;
        return {};
    }

    TarReader& archive_;
    const fs::path root_;
    const PackageLimits& limits_;
    std::vector<char> buffer_;
    PackageTotals totals_;
    std::int64_t entries_ = 0;
};

}  // namespace

Result<PackageTotals> unpack_package(int file, const std::string& sha256, const fs::path& folder,
                                     const PackageLimits& limits) {
    std::error_code code;
    if (fs::exists(folder, code))
        return make_error(Code::kWrongState, "'{}' exists already; remove it first", folder.native());
    const fs::path partial = folder.native() + ".part";
    fs::remove_all(partial, code);
    const auto unpack = [&]() -> Result<PackageTotals> {
        HashedFile bytes(file);
        const std::unique_ptr<ArchiveBytes> plain = zstd_source(bytes, limits.zstd);
        TarReader archive(*plain);
        GOETIA_ASSIGN(const PackageTotals totals, PackageWriter(archive, partial, limits).run());
        GOETIA_ASSIGN(const std::string found, bytes.hash());
        if (found != sha256) return invalid("its SHA-256 is {}", found);
        if (::rename(partial.c_str(), folder.c_str()) != 0) return os_error("make", folder.native(), errno);
        return totals;
    };
    auto totals = unpack();
    if (totals) return totals;
    fs::remove_all(partial, code);
    return std::move(totals).error().within(fmt::format("archive {}", sha256));
}

}  // namespace goetia
