#include "fetch/unpack.h"

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <fcntl.h>
#include <memory>
#include <unistd.h>
#include <vector>

#include <archive.h>
#include <archive_entry.h>

#include "base/files.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kReportEvery = 16 << 20;

using Reader = std::unique_ptr<archive, decltype(&archive_read_free)>;

// libarchive converts names to the thread's character set and drops what it cannot express: this sets it to UTF-8,
// whatever the user's locale.
class Utf8Names {
  public:
    Utf8Names() : utf8_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
        if (utf8_ != nullptr) before_ = ::uselocale(utf8_);
    }
    ~Utf8Names() {
        if (utf8_ == nullptr) return;
        ::uselocale(before_);
        ::freelocale(utf8_);
    }
    Utf8Names(const Utf8Names&) = delete;
    Utf8Names& operator=(const Utf8Names&) = delete;

  private:
    locale_t utf8_, before_ = nullptr;
};

class Unpacker {
  public:
    Unpacker(const fs::path& source, fs::path root, const UnpackLimits& limits, const UnpackCallbacks& callbacks)
        : source_(source),
          root_(std::move(root)),
          limits_(limits),
          callbacks_(callbacks),
          reader_(archive_read_new(), archive_read_free) {}

    Result<Unpacked> run() {
        const Utf8Names names;
        archive* reader = reader_.get();
        archive_read_support_format_tar(reader);
        archive_read_support_format_gnutar(reader);
        archive_read_support_format_zip(reader);
        archive_read_support_filter_gzip(reader);
        archive_read_support_filter_zstd(reader);
        if (archive_read_open_filename(reader, source_.c_str(), 1 << 18) != ARCHIVE_OK) return damaged();
        GOETIA_TRY(make_folders(root_));
        for (;;) {
            archive_entry* entry = nullptr;
            const int code = archive_read_next_header(reader, &entry);
            if (code == ARCHIVE_EOF) break;
            if (code < ARCHIVE_WARN) return damaged();
            if (callbacks_.stop.stop_requested()) return make_error(Code::kCancelled, "stopped while unpacking");
            if (++entries_ > limits_.entries)
                return invalid("archive '{}' has more than {} entries", source_.native(), limits_.entries);
            GOETIA_TRY(take(entry));
        }
        if (entries_ == 0) return invalid("archive '{}' is empty", source_.native());
        GOETIA_TRY(make_links());
        if (callbacks_.on_progress) callbacks_.on_progress(done_);
        return done_;
    }

  private:
    struct Link {
        fs::path path;
        std::string target;
        bool hard = false;
    };

    [[nodiscard]] Error damaged() const {
        const char* words = archive_error_string(reader_.get());
        return invalid("archive '{}' cannot be unpacked: {}", source_.native(),
                       words != nullptr ? words : "it is damaged");
    }

    static std::string name_of(archive_entry* entry) {
        if (const char* name = archive_entry_pathname_utf8(entry); name != nullptr) return name;
        const char* name = archive_entry_pathname(entry);
        return name != nullptr ? name : "";
    }

    Status take(archive_entry* entry) {
        const std::string name = name_of(entry);
        const auto refuse = [&](std::string_view why) {
            return invalid("archive '{}': entry '{}' {}", source_.native(), name, why);
        };
        auto path = entry_path(name, limits_.depth);
        if (!path) return refuse(path.error().message);
        if (archive_entry_is_encrypted(entry) != 0) return refuse("is encrypted");
        const char* hard = archive_entry_hardlink(entry);
        if (hard != nullptr) {
            auto target = entry_path(hard, limits_.depth);
            if (!target) return refuse("links outside the archive");
            links_.push_back({*std::move(path), target->native(), true});
            return {};
        }
        switch (archive_entry_filetype(entry)) {
            case AE_IFDIR: return make_folders(root_ / *path);
            case AE_IFREG: return write(entry, *path, name);
            case AE_IFLNK: {
                const char* target = archive_entry_symlink(entry);
                if (target == nullptr || !link_stays_inside(*path, target)) return refuse("links outside the archive");
                links_.push_back({*std::move(path), target});
                return {};
            }
            default: return refuse("is neither a file, a folder nor a link");
        }
    }

    // Links are created last, so no parent folder can be one.
    Status write(archive_entry* entry, const fs::path& path, const std::string& name) {
        if (path.empty()) return invalid("archive '{}': entry '{}' is a file without a name", source_.native(), name);
        if (archive_entry_size_is_set(entry) != 0) GOETIA_TRY(check_size(archive_entry_size(entry)));
        GOETIA_TRY(make_folders((root_ / path).parent_path()));
        const FileDescriptor file(
            ::open((root_ / path).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
        if (!file.valid() && errno == EEXIST) return invalid("archive '{}' holds '{}' twice", source_.native(), name);
        if (!file.valid()) return os_error("write", (root_ / path).native(), errno);
        std::int64_t end = 0;
        for (;;) {
            const void* block = nullptr;
            std::size_t size = 0;
            la_int64_t at = 0;
            const int code = archive_read_data_block(reader_.get(), &block, &size, &at);
            if (code == ARCHIVE_EOF) break;
            if (code < ARCHIVE_WARN) return damaged();
            if (callbacks_.stop.stop_requested()) return make_error(Code::kCancelled, "stopped while unpacking");
            GOETIA_TRY(check_size(at + static_cast<std::int64_t>(size)));
            if (at != end && ::lseek(file.get(), at, SEEK_SET) < 0)
                return os_error("write", (root_ / path).native(), errno);
            GOETIA_TRY(write_all(file.get(), {static_cast<const char*>(block), size}, root_ / path));
            end = at + static_cast<std::int64_t>(size);
            report(end);
        }
        if (archive_entry_size_is_set(entry) != 0 && archive_entry_size(entry) > end) {
            end = archive_entry_size(entry);  // a sparse file may end in a hole
            if (::ftruncate(file.get(), end) != 0) return os_error("write", (root_ / path).native(), errno);
        }
        done_.bytes += end;
        ++done_.files;
        return {};
    }

    Status check_size(std::int64_t more) const {
        if (more < 0 || more > limits_.bytes - done_.bytes)
            return invalid("archive '{}' holds more than the allowed {} bytes", source_.native(), limits_.bytes);
        return {};
    }

    void report(std::int64_t within) {
        if (!callbacks_.on_progress || done_.bytes + within - reported_ < kReportEvery) return;
        reported_ = done_.bytes + within;
        callbacks_.on_progress({done_.files, reported_});
    }

    // Hard links first, while there are no symbolic links to follow.
    Status make_links() {
        for (const Link& link : links_) {
            if (link.hard) GOETIA_TRY(make_hard(link));
        }
        std::error_code code;
        const fs::path top = fs::canonical(root_, code);
        for (const Link& link : links_) {
            if (!link.hard) GOETIA_TRY(make_symbolic(link, top));
        }
        // Chains of links can only be checked once all exist.
        for (const Link& link : links_) {
            const fs::path end = fs::weakly_canonical(root_ / link.path, code);
            if (code || std::mismatch(top.begin(), top.end(), end.begin(), end.end()).first != top.end())
                return refuse_link(link, "leads outside");
        }
        return {};
    }

    Status make_hard(const Link& link) const {
        std::error_code code;
        if (!fs::is_regular_file(fs::symlink_status(root_ / link.target, code)))
            return refuse_link(link, "names no file of the archive");
        GOETIA_TRY(make_folders((root_ / link.path).parent_path()));
        fs::create_hard_link(root_ / link.target, root_ / link.path, code);
        return code ? Status(refuse_link(link, code.message())) : Status();
    }

    Status make_symbolic(const Link& link, const fs::path& top) const {
        const fs::path parent = link.path.parent_path();
        GOETIA_TRY(make_folders(root_ / parent));
        std::error_code code;
        if (fs::canonical(root_ / parent, code) != (parent.empty() ? top : top / parent))
            return refuse_link(link, "is reached through another link");
        fs::create_symlink(link.target, root_ / link.path, code);
        return code ? Status(refuse_link(link, code.message())) : Status();
    }

    [[nodiscard]] Error refuse_link(const Link& link, std::string_view why) const {
        return invalid("archive '{}': link '{}' to '{}' {}", source_.native(), link.path.native(), link.target, why);
    }

    const fs::path& source_;
    fs::path root_;
    const UnpackLimits& limits_;
    const UnpackCallbacks& callbacks_;
    Reader reader_;
    std::vector<Link> links_;
    Unpacked done_;
    std::int64_t entries_ = 0, reported_ = 0;
};

}  // namespace

Result<Unpacked> unpack(const fs::path& archive, const fs::path& folder, const UnpackLimits& limits,
                        const UnpackCallbacks& callbacks) {
    std::error_code code;
    if (fs::exists(folder, code))
        return make_error(Code::kWrongState, "'{}' exists already; remove it or name another", folder.native());
    const fs::path partial = folder.native() + ".part";
    fs::remove_all(partial, code);
    auto done = Unpacker(archive, partial, limits, callbacks).run();
    if (done) {
        fs::rename(partial, folder, code);
        if (!code) return done;
        done = os_error("make", folder.native(), code.value());
    }
    fs::remove_all(partial, code);
    return done;
}

}  // namespace goetia
