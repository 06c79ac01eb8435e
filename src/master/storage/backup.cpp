#include "master/storage/backup.h"

#include <cerrno>
#include <map>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/store/database_copy.h"
#include "protocol/names.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSums = "SHA256SUMS";
constexpr const char* kAbout = "backup.json";
constexpr int kBackupFormat = 1;

// What is made again, is copied apart, or is of this run only.
bool is_left_out(const std::string& path) {
    static const std::set<std::string, std::less<>> kLeftOut{
        "goetia.db", "goetia.db-wal", "goetia.db-shm", "goetia.db.lock", "master.json", "series", "objects/parts"};
    return kLeftOut.contains(path) || path.ends_with(".part") || path.find('\n') != std::string::npos;
}

// Only an object's file is read-only, and it never changes; a stream may grow, so it is nobody's second name.
bool is_unchanging(const struct stat& info) { return (info.st_mode & 0222) == 0; }

std::string object_path(const std::string& sha256) {
    return "objects/" + sha256.substr(0, 2) + "/" + sha256.substr(2, 2) + "/" + sha256.substr(4);
}

std::string hash_named_by(const std::string& path) {
    if (!path.starts_with("objects/")) return "";
    std::string hash;
    for (const char letter : path.substr(8)) hash += letter == '/' ? "" : std::string(1, letter);
    return is_sha256(hash) && object_path(hash) == path ? hash : "";
}

struct CopiedFile {
    std::string sha256;
    std::int64_t bytes = 0;
};

// As long as the file is when it is opened: what is appended meanwhile belongs to the next backup.
Result<CopiedFile> copy_hashed(const fs::path& from, const fs::path& to) {
    const FileDescriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat info{};
    if (!source.valid() || ::fstat(source.get(), &info) != 0) return os_error("open", from.native(), errno);
    GOETIA_TRY(make_folders(to.parent_path()));
    const fs::path part = to.native() + ".part";
    const FileDescriptor target(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!target.valid()) return os_error("write", part.native(), errno);
    Sha256 sum;
    std::vector<char> buffer(1 << 20);
    CopiedFile copied;
    while (copied.bytes < info.st_size) {
        const auto wanted = static_cast<std::size_t>(std::min<std::int64_t>(info.st_size - copied.bytes, 1 << 20));
        const ssize_t got = ::read(source.get(), buffer.data(), wanted);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return os_error("read", from.native(), got == 0 ? EIO : errno);
        sum.add(buffer.data(), static_cast<std::size_t>(got));
        GOETIA_TRY(write_all(target.get(), {buffer.data(), static_cast<std::size_t>(got)}, part));
        copied.bytes += got;
    }
    copied.sha256 = sum.hex();
    if (::fchmod(target.get(), info.st_mode & 07777) != 0) return os_error("write", part.native(), errno);
    std::error_code code;
    fs::rename(part, to, code);
    if (code) return os_error("rename", part.native(), code.value());
    return copied;
}

Status link_again(const fs::path& from, const fs::path& to) {
    GOETIA_TRY(make_folders(to.parent_path()));
    std::error_code code;
    fs::remove(to, code);
    fs::create_hard_link(from, to, code);
    if (code) return os_error("link", to.native(), code.value());
    return {};
}

Status sync_disk_of(const fs::path& folder) {
    const FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.valid() || ::syncfs(opened.get()) != 0) return os_error("sync", folder.native(), errno);
    return {};
}

std::string database_url(const BackupOptions& options) {
    return options.database.empty() ? "sqlite://" + (options.data / "goetia.db").string() : options.database;
}

class BackupTaker {
  public:
    explicit BackupTaker(const BackupOptions& options) : options_(options) {}

    Result<BackupReport> take() {
        GOETIA_TRY(check_folder());
        GOETIA_ASSIGN(const SqlEngine engine, engine_of(database_url(options_)));
        const std::string records(database_copy_name(engine));
        // The records come first: files that come after it are known to no record, which harms nothing.
        GOETIA_TRY(save_database(database_url(options_), options_.folder / records));
        GOETIA_TRY(add_sum(records));
        GOETIA_TRY(take_folder("objects"));
        GOETIA_TRY(take_folder(""));
        GOETIA_TRY(write_file_atomic(options_.folder / kSums, sums_));
        GOETIA_TRY(write_file_atomic(options_.folder / kAbout, json_text({{"format", kBackupFormat},
                                                                          {"created_at", to_seconds(now())},
                                                                          {"records", records},
                                                                          {"files", report_.files},
                                                                          {"bytes", report_.bytes}},
                                                                         1) +
                                                                   "\n"));
        GOETIA_TRY(sync_disk_of(options_.folder));
        return report_;
    }

  private:
    Status check_folder() {
        std::error_code code;
        const bool is_new = !fs::exists(options_.folder, code) || fs::is_empty(options_.folder, code);
        if (!is_new && !fs::exists(options_.folder / kAbout, code) && !fs::exists(options_.folder / kSums, code))
            return make_error(Code::kWrongState, "'{}' holds something that is no backup; name an empty folder",
                              options_.folder.native());
        if (!fs::exists(options_.data / "store.json", code))
            return not_found("'{}' is no master's data folder", options_.data.native());
        GOETIA_TRY(make_folders(options_.folder));
        fs::permissions(options_.folder, fs::perms::owner_all, code);  // it holds the keys
        if (code) return os_error("close to others", options_.folder.native(), code.value());
        return {};
    }

    Status add_sum(const std::string& path) {
        GOETIA_ASSIGN(const std::string hash, sha256_file(options_.folder / path));
        std::error_code code;
        note(path, {hash, static_cast<std::int64_t>(fs::file_size(options_.folder / path, code))});
        report_.copied = report_.bytes;
        return {};
    }

    void note(const std::string& path, const CopiedFile& file) {
        sums_ += file.sha256 + "  " + path + "\n";
        ++report_.files, report_.bytes += file.bytes;
        if (options_.on_progress) options_.on_progress(report_.files);
    }

    Status take_folder(const std::string& below) {
        std::error_code code;
        std::error_code gone;  // a file that went meanwhile
        for (fs::recursive_directory_iterator entry(options_.data / below, code), end; !code && entry != end;
             entry.increment(code)) {
            if (options_.stop.stop_requested()) return make_error(Code::kCancelled, "the backup was stopped");
            const std::string path = entry->path().lexically_relative(options_.data).string();
            if (is_left_out(path) || (below.empty() && path == "objects")) {
                if (entry->is_directory(gone)) entry.disable_recursion_pending();
                continue;
            }
            if (entry->is_symlink(gone) || !entry->is_regular_file(gone)) continue;
            const Status taken = take_file(entry->path(), path);
            if (!taken && fs::exists(entry->path(), gone)) return taken;
        }
        if (code && code.value() != ENOENT) return os_error("read folder", options_.data.native(), code.value());
        return {};
    }

    Status take_file(const fs::path& from, const std::string& path) {
        struct stat info{};
        if (::lstat(from.c_str(), &info) != 0) return os_error("look at", from.native(), errno);
        const fs::path to = options_.folder / path;
        if (const std::string hash = hash_named_by(path); !hash.empty()) {
            objects_[info.st_ino] = hash;
            std::error_code code;
            if (fs::file_size(to, code) == static_cast<std::uintmax_t>(info.st_size) && !code)
                return note(path, {hash, info.st_size}), Status();
        } else if (const auto object = objects_.find(info.st_ino); object != objects_.end()) {
            GOETIA_TRY(link_again(options_.folder / object_path(object->second), to));
            return note(path, {object->second, info.st_size}), Status();
        }
        GOETIA_ASSIGN(const CopiedFile copied, copy_hashed(from, to));
        report_.copied += copied.bytes;
        note(path, copied);
        return {};
    }

    const BackupOptions& options_;
    BackupReport report_;
    std::string sums_;
    std::map<ino_t, std::string> objects_;  // hash by inode, of the master's
};

struct SummedFile {
    std::string sha256, path;
};

Result<std::vector<SummedFile>> read_sums(const fs::path& folder) {
    GOETIA_ASSIGN(const std::string text, read_file(folder / kSums));
    std::vector<SummedFile> files;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        SummedFile file{text.substr(at, 64), text.substr(std::min(at + 66, end), end - std::min(at + 66, end))};
        const fs::path normal = fs::path(file.path).lexically_normal();
        if (!is_sha256(file.sha256) || file.path.empty() || normal.is_absolute() || normal.begin()->native() == "..")
            return invalid("'{}' has a line that is not a hash and a file below it: '{}'", (folder / kSums).native(),
                           text.substr(at, end - at));
        files.push_back(std::move(file));
        at = end + 1;
    }
    return files;
}

Status check_restorable(const BackupOptions& options) {
    GOETIA_ASSIGN(const std::string text, read_file(options.folder / kAbout));
    GOETIA_ASSIGN(const Json about, parse_json(text, (options.folder / kAbout).native()));
    if (about.value("format", 0) != kBackupFormat)
        return make_error(Code::kUnsupported, "the backup '{}' has the format {}, this program reads {}",
                          options.folder.native(), about.value("format", 0), kBackupFormat);
    std::error_code code;
    if (fs::exists(options.data, code) && !fs::is_empty(options.data, code))
        return make_error(Code::kWrongState, "'{}' is not empty; name an empty folder for the restored master",
                          options.data.native());
    GOETIA_ASSIGN(const SqlEngine engine, engine_of(database_url(options)));
    if (fs::exists(options.folder / database_copy_name(engine), code)) return {};
    return invalid("the backup's records are not of this engine; name a database of the other kind with --database");
}

// The object of the same content, where the file is one of an experiment that never changes.
bool is_object_again(const fs::path& from, const fs::path& object) {
    struct stat info{};
    std::error_code code;
    return ::lstat(from.c_str(), &info) == 0 && is_unchanging(info) && fs::exists(object, code);
}

}  // namespace

Json to_json(const BackupReport& report) {
    return {{"files", report.files}, {"bytes", report.bytes}, {"copied", report.copied}};
}

Result<BackupReport> take_backup(const BackupOptions& options) { return BackupTaker(options).take(); }

Result<BackupReport> restore_backup(const BackupOptions& options) {
    GOETIA_TRY(check_restorable(options));
    GOETIA_ASSIGN(const std::vector<SummedFile> files, read_sums(options.folder));
    GOETIA_TRY(make_folders(options.data));
    BackupReport report;
    fs::path records;
    for (const SummedFile& file : files) {
        if (options.stop.stop_requested()) return make_error(Code::kCancelled, "restoring was stopped");
        const fs::path from = options.folder / file.path;
        ++report.files;
        if (options.on_progress) options.on_progress(report.files);
        if (file.path == "goetia.db" || file.path == "goetia.dump") {
            GOETIA_ASSIGN(const std::string hash, sha256_file(from));
            if (hash != file.sha256) return invalid("'{}' of the backup is damaged: its hash is {}", file.path, hash);
            records = from;
            continue;
        }
        const fs::path object = options.data / object_path(file.sha256);
        if (hash_named_by(file.path).empty() && is_object_again(from, object)) {
            GOETIA_TRY(link_again(object, options.data / file.path));
            continue;
        }
        GOETIA_ASSIGN(const CopiedFile copied, copy_hashed(from, options.data / file.path));
        if (copied.sha256 != file.sha256)
            return invalid("'{}' of the backup is damaged: its hash is {}", file.path, copied.sha256);
        report.bytes += copied.bytes, report.copied += copied.bytes;
    }
    if (records.empty()) return invalid("the backup '{}' has no records", options.folder.native());
    GOETIA_TRY(load_database(records, database_url(options)));  // last: without them it is no master's folder
    GOETIA_TRY(sync_disk_of(options.data));
    return report;
}

}  // namespace goetia
