#include "master/objects/object_store.h"

#include <cerrno>
#include <functional>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "master/objects/folders_beneath.h"
#include "protocol/names.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

bool is_full_error(int error_number) {
    return error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
}

// The sum of what an earlier process took in.
Status read_into(Sha256& sum, int file, std::int64_t bytes) {
    std::vector<char> buffer(1 << 20);
    for (std::int64_t at = 0; at < bytes;) {
        const auto wanted = static_cast<std::size_t>(std::min<std::int64_t>(bytes - at, 1 << 20));
        const ssize_t got = ::pread(file, buffer.data(), wanted, at);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return os_error("read", "part of an object", got == 0 ? EIO : errno);
        sum.add(buffer.data(), static_cast<std::size_t>(got));
        at += got;
    }
    return {};
}

}  // namespace

ObjectStore::ObjectStore(fs::path data, ObjectLimits limits) : data_(std::move(data)), limits_(limits) {}

fs::path ObjectStore::object(std::string_view sha256) const {
    return data_ / "objects" / sha256.substr(0, 2) / sha256.substr(2, 2) / sha256.substr(4);
}

bool ObjectStore::contains(std::string_view sha256) const {
    std::error_code code;
    return is_sha256(sha256) && fs::exists(object(sha256), code);
}

bool ObjectStore::is_disk_full(std::int64_t bytes) const {
    struct statvfs info{};
    if (::statvfs(data_.c_str(), &info) != 0) return false;  // the write itself will tell
    return static_cast<std::int64_t>(info.f_bavail * info.f_frsize) < bytes + limits_.reserve;
}

std::shared_ptr<ObjectStore::Upload> ObjectStore::upload(const std::string& part) {
    constexpr std::size_t kMostUploads = 1024;
    const std::lock_guard lock(uploads_mutex_);
    if (uploads_.size() > kMostUploads) uploads_.clear();  // those that go on are read again
    std::shared_ptr<Upload>& known = uploads_[part];
    if (!known) known = std::make_shared<Upload>();
    return known;
}

void ObjectStore::forget(const std::string& part) {
    const std::lock_guard lock(uploads_mutex_);
    uploads_.erase(part);
}

Result<ObjectAnswer> ObjectStore::put(const std::string& owner, const ObjectChunk& chunk, std::string_view bytes,
                                      std::int64_t room) {
    if (!is_sha256(chunk.sha256)) return invalid("an object's name is its SHA-256, 64 lower-case hexadecimal digits");
    if (!is_identifier(owner)) return invalid("the owner of an object has no valid name");
    if (chunk.bytes < 0 || chunk.bytes > limits_.largest || static_cast<std::int64_t>(bytes.size()) > kLargestChunk)
        return invalid("object '{}' has {} bytes in pieces of {}; allowed are {} in pieces of {}", chunk.sha256,
                       chunk.bytes, bytes.size(), limits_.largest, kLargestChunk);
    const std::lock_guard lock(mutexes_[std::hash<std::string>()(chunk.sha256) % mutexes_.size()]);
    if (contains(chunk.sha256)) return ObjectAnswer{ObjectOutcome::kWhole, chunk.bytes};
    GOETIA_TRY(make_folders(parts()));
    const fs::path part = parts() / (chunk.sha256 + "." + owner);
    const FileDescriptor file(::open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!file.valid() && is_full_error(errno)) return ObjectAnswer{ObjectOutcome::kFull, 0};
    if (!file.valid()) return os_error("open", part.native(), errno);
    struct stat info{};
    if (::fstat(file.get(), &info) != 0) return os_error("read", part.native(), errno);
    std::int64_t length = info.st_size;
    if (length > chunk.bytes) {  // it was begun with another size
        if (::ftruncate(file.get(), 0) != 0) return os_error("empty", part.native(), errno);
        length = 0;
    }
    if (chunk.offset != length || (bytes.empty() && chunk.bytes > 0)) return ObjectAnswer{ObjectOutcome::kPart, length};
    if (static_cast<std::int64_t>(bytes.size()) > chunk.bytes - length)
        return invalid("object '{}' has {} bytes, but a piece of {} at {} was sent", chunk.sha256, chunk.bytes,
                       bytes.size(), length);
    if (chunk.bytes > room || is_disk_full(chunk.bytes - length)) return ObjectAnswer{ObjectOutcome::kFull, length};
    const std::shared_ptr<Upload> so_far = upload(part.filename());
    if (so_far->length != length) {
        so_far->sum = std::make_unique<Sha256>();
        GOETIA_TRY(read_into(*so_far->sum, file.get(), length));
    }
    if (::lseek(file.get(), length, SEEK_SET) < 0) return os_error("seek in", part.native(), errno);
    if (Status written = write_all(file.get(), bytes, part); !written) {
        const bool is_full = is_full_error(errno);
        if (::ftruncate(file.get(), length) != 0) return os_error("cut", part.native(), errno);
        if (is_full) return ObjectAnswer{ObjectOutcome::kFull, length};
        return std::move(written).error();
    }
    so_far->sum->add(bytes);
    so_far->length = length + static_cast<std::int64_t>(bytes.size());
    if (so_far->length < chunk.bytes) return ObjectAnswer{ObjectOutcome::kPart, so_far->length};
    auto finished = finish(chunk, part, file.get(), *so_far);
    forget(part.filename());
    return finished;
}

Result<ObjectAnswer> ObjectStore::finish(const ObjectChunk& chunk, const fs::path& part, int file, Upload& upload) {
    if (upload.sum->hex() != chunk.sha256) {
        if (::unlink(part.c_str()) != 0) return os_error("remove", part.native(), errno);
        return ObjectAnswer{ObjectOutcome::kWrong, 0};
    }
    if (::fchmod(file, 0444) != 0 || ::fsync(file) != 0) return os_error("sync", part.native(), errno);
    const fs::path name = object(chunk.sha256);
    GOETIA_TRY(make_folders(name.parent_path()));
    if (::rename(part.c_str(), name.c_str()) != 0) return os_error("rename", part.native(), errno);
    GOETIA_TRY(sync_folder(name.parent_path()));
    GOETIA_TRY(sync_folder(name.parent_path().parent_path()));
    GOETIA_TRY(sync_folder(data_ / "objects"));
    return ObjectAnswer{ObjectOutcome::kWhole, chunk.bytes};
}

Status ObjectStore::adopt(const fs::path& file, std::string_view sha256) const {
    if (!is_sha256(sha256)) return invalid("'{}' is not a SHA-256", sha256);
    if (contains(sha256)) return {};
    const fs::path name = object(sha256);
    GOETIA_TRY(make_folders(name.parent_path()));
    if (::chmod(file.c_str(), 0444) != 0) return os_error("set the mode of", file.native(), errno);
    if (::link(file.c_str(), name.c_str()) != 0 && errno != EEXIST) return os_error("link", file.native(), errno);
    return sync_folder(name.parent_path());
}

Result<WantedObject> ObjectStore::copy_of(const fs::path& file) const {
    GOETIA_ASSIGN(const std::string bytes, read_file(file));
    WantedObject object{.sha256 = sha256_hex(bytes), .bytes = std::ssize(bytes)};
    if (contains(object.sha256)) return object;
    GOETIA_TRY(make_folders(parts()));
    const fs::path copy = parts() / (object.sha256 + ".copy");
    GOETIA_TRY(write_file_atomic(copy, bytes));
    Status adopted = adopt(copy, object.sha256);
    std::error_code code;
    fs::remove(copy, code);
    if (!adopted) return std::move(adopted).error();
    return object;
}

Result<FileDescriptor> ObjectStore::open(std::string_view sha256) const {
    if (!is_sha256(sha256)) return not_found("there is no such object");
    FileDescriptor file(::open(object(sha256).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.valid() && errno == ENOENT) return not_found("there is no object '{}'", sha256);
    if (!file.valid()) return os_error("open object", sha256, errno);
    return file;
}

Result<std::int64_t> ObjectStore::references(std::string_view sha256) const {
    GOETIA_ASSIGN(const FileDescriptor file, open(sha256));
    struct stat info{};
    if (::fstat(file.get(), &info) != 0) return os_error("read object", sha256, errno);
    return static_cast<std::int64_t>(info.st_nlink) - 1;
}

Status ObjectStore::link(std::string_view sha256, const fs::path& experiment, std::string_view path) const {
    GOETIA_TRY(open(sha256));
    GOETIA_ASSIGN(const FileBeneath place, find_beneath(experiment, path, MissingFolders::kMake));
    return link_beneath(object(sha256), place);
}

Status ObjectStore::unlink(const fs::path& experiment, std::string_view path) const {
    GOETIA_ASSIGN(const FileBeneath place, find_beneath(experiment, path, MissingFolders::kRefuse));
    if (::unlinkat(place.folder.get(), place.name.c_str(), 0) != 0) return os_error("remove", path, errno);
    return {};
}

Result<std::int64_t> ObjectStore::remove(std::string_view sha256) const {
    if (!is_sha256(sha256)) return not_found("there is no such object");
    const fs::path path = object(sha256);
    const std::lock_guard lock(mutexes_[std::hash<std::string_view>()(sha256) % mutexes_.size()]);
    struct stat info{};
    if (::lstat(path.c_str(), &info) != 0 || info.st_nlink > 1) return std::int64_t{0};
    if (::unlink(path.c_str()) != 0) return os_error("remove", path.native(), errno);
    return static_cast<std::int64_t>(info.st_blocks) * 512;
}

Result<std::int64_t> ObjectStore::remove_parts(double older_than_seconds) const {
    std::int64_t bytes = 0;
    std::error_code code;
    const double now_seconds = to_seconds(now());
    for (fs::directory_iterator entry(parts(), code), end; !code && entry != end; entry.increment(code)) {
        const fs::path& path = entry->path();
        const std::lock_guard lock(
            mutexes_[std::hash<std::string>()(path.filename().string().substr(0, 64)) % mutexes_.size()]);
        struct stat info{};
        if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
        if (now_seconds - static_cast<double>(info.st_mtim.tv_sec) < older_than_seconds) continue;
        if (::unlink(path.c_str()) != 0) return os_error("remove", path.native(), errno);
        bytes += static_cast<std::int64_t>(info.st_blocks) * 512;
    }
    if (code && code.value() != ENOENT) return os_error("list", parts().native(), code.value());
    return bytes;
}

}  // namespace goetia
