#include "master/objects/stream_store.h"

#include <algorithm>
#include <cerrno>
#include <functional>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/json_text.h"
#include "master/objects/folders_beneath.h"
#include "master/objects/record_border.h"

namespace goetia {
namespace {

bool is_no_space(int error_number) { return error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG; }

// Bytes of a source, wherever they lie in the file.
Result<std::string> read_pieces(int file, const std::vector<StreamPiece>& pieces, std::int64_t from, std::int64_t to) {
    std::string bytes(static_cast<std::size_t>(std::max<std::int64_t>(0, to - from)), '\0');
    std::int64_t begin = 0;  // of the piece, in the source
    for (const StreamPiece& piece : pieces) {
        const std::int64_t size = piece.to - piece.from;
        const std::int64_t low = std::max(from, begin), high = std::min(to, begin + size);
        for (std::int64_t at = low; at < high;) {
            const ssize_t got =
                ::pread(file, bytes.data() + (at - from), static_cast<std::size_t>(high - at), piece.from + at - begin);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return os_error("read", "a stream", got == 0 ? EIO : errno);
            at += got;
        }
        begin += size;
    }
    return bytes;
}

}  // namespace

struct StreamStore::OpenStream {
    FileBeneath place;
    FileDescriptor file;
    std::int64_t bytes = 0;  // of the file
    StreamPieces pieces;
    bool is_new = false;

    [[nodiscard]] std::string side_name() const { return "." + place.name + ".generations"; }
    [[nodiscard]] AppendAnswer answer(AppendOutcome outcome) const {
        return {.outcome = outcome, .generation = pieces.generation, .length = pieces.length(bytes)};
    }

    // Beside the stream, from the second generation on.
    Status save_pieces(const StreamPieces& changed) {
        const std::string temporary = side_name() + ".new";
        const FileDescriptor out(::openat(place.folder.get(), temporary.c_str(),
                                          O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
        if (!out.valid()) return os_error("write", temporary, errno);
        GOETIA_TRY(write_all(out.get(), json_text(to_json(changed)), temporary));
        if (::fsync(out.get()) != 0) return os_error("sync", temporary, errno);
        if (::renameat(place.folder.get(), temporary.c_str(), place.folder.get(), side_name().c_str()) != 0)
            return os_error("rename", temporary, errno);
        if (::fsync(place.folder.get()) != 0) return os_error("sync the folder of", place.name, errno);
        pieces = changed;
        return {};
    }

    Status load_pieces() {
        const FileDescriptor in(::openat(place.folder.get(), side_name().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        if (!in.valid() && errno == ENOENT) return {};
        if (!in.valid()) return os_error("open", side_name(), errno);
        std::string text(64 << 10, '\0');
        const ssize_t got = ::pread(in.get(), text.data(), text.size(), 0);
        if (got < 0) return os_error("read", side_name(), errno);
        GOETIA_ASSIGN(pieces,
                      stream_pieces_from(std::string_view(text).substr(0, static_cast<std::size_t>(got)), side_name()));
        return {};
    }

    // A part that was written is taken back when not all of it could be.
    Result<bool> append_all(std::string_view added) {
        if (::lseek(file.get(), bytes, SEEK_SET) < 0) return os_error("seek in", place.name, errno);
        if (Status written = write_all(file.get(), added, place.name); !written) {
            const bool is_full = is_no_space(errno);
            if (::ftruncate(file.get(), bytes) != 0) return os_error("cut", place.name, errno);
            if (is_full) return false;
            return std::move(written).error();
        }
        bytes += static_cast<std::int64_t>(added.size());
        return true;
    }
};

std::mutex& StreamStore::mutex_of(const StreamAppend& append) {
    return mutexes_[std::hash<std::string>()(append.root.native() + "\n" + append.request.stream) % mutexes_.size()];
}

Result<StreamStore::OpenStream> StreamStore::open(const std::filesystem::path& root, std::string_view stream,
                                                  bool is_made) {
    OpenStream opened;
    GOETIA_ASSIGN(opened.place, find_beneath(root, stream, is_made ? MissingFolders::kMake : MissingFolders::kRefuse));
    const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    opened.file = FileDescriptor(::openat(opened.place.folder.get(), opened.place.name.c_str(), flags));
    if (!opened.file.valid() && errno == ENOENT && is_made) {
        opened.file =
            FileDescriptor(::openat(opened.place.folder.get(), opened.place.name.c_str(), flags | O_CREAT, 0644));
        opened.is_new = true;
    }
    if (!opened.file.valid() && errno == ELOOP)
        return make_error(Code::kDenied, "stream '{}' is a link, and links are not followed", stream);
    if (!opened.file.valid()) return os_error("open stream", stream, errno);
    struct stat info{};
    if (::fstat(opened.file.get(), &info) != 0) return os_error("read stream", stream, errno);
    // An object that has this name is shared with other experiments: it never grows.
    if (!S_ISREG(info.st_mode) || info.st_nlink > 1)
        return make_error(Code::kDenied, "'{}' is not a stream, but another kind of file", stream);
    opened.bytes = info.st_size;
    GOETIA_TRY(opened.load_pieces());
    return opened;
}

Result<AppendAnswer> StreamStore::state(const std::filesystem::path& root, std::string_view stream) {
    auto opened = open(root, stream, false);
    if (!opened && opened.error().code == Code::kNotFound) return AppendAnswer();
    if (!opened) return std::move(opened).error();
    return opened->answer(AppendOutcome::kAppended);
}

Result<AppendAnswer> StreamStore::append(const StreamAppend& append) {
    return std::move(this->append(std::span(&append, 1))[0]);
}

std::vector<Result<AppendAnswer>> StreamStore::append(std::span<const StreamAppend> appends) {
    std::vector<Result<AppendAnswer>> answers;
    std::vector<std::pair<OpenStream, std::size_t>> written;  // to be synced, with the index of the answer
    for (const StreamAppend& one : appends) {
        const std::lock_guard lock(mutex_of(one));
        auto opened = open(one.root, one.request.stream, true);
        if (!opened) {
            answers.emplace_back(std::move(opened).error());
            continue;
        }
        bool is_written = opened->is_new;
        answers.push_back(take_in(*opened, one, is_written));
        if (is_written) written.emplace_back(*std::move(opened), answers.size() - 1);
    }
    // The disk begins with all of them before any is waited for.
    for (const auto& one : written) ::sync_file_range(one.first.file.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
    std::set<std::pair<dev_t, ino_t>> synced;
    for (auto one = written.rbegin(); one != written.rend(); ++one) {
        OpenStream& stream = one->first;
        struct stat info{};
        Status done;
        if (::fstat(stream.file.get(), &info) != 0) done = os_error("read stream", stream.place.name, errno);
        else if (synced.emplace(info.st_dev, info.st_ino).second && ::fdatasync(stream.file.get()) != 0)
            done = os_error("sync stream", stream.place.name, errno);
        if (done && stream.is_new && ::fsync(stream.place.folder.get()) != 0)
            done = os_error("sync the folder of", stream.place.name, errno);
        if (!done) answers[one->second] = std::move(done).error();
    }
    return answers;
}

Result<AppendAnswer> StreamStore::take_in(OpenStream& stream, const StreamAppend& append, bool& is_written) {
    const AppendRequest& request = append.request;
    if (static_cast<std::int64_t>(append.bytes.size()) > kLargestChunk)
        return invalid("an append has {} bytes; allowed are {}", append.bytes.size(), kLargestChunk);
    if (request.generation == stream.pieces.generation + 1 && request.offset == 0)
        GOETIA_TRY(stream.save_pieces(stream.pieces.next(stream.bytes)));
    const std::int64_t length = stream.pieces.length(stream.bytes);
    if (request.generation != stream.pieces.generation || request.offset != length)
        return stream.answer(AppendOutcome::kElsewhere);
    if (!request.before.empty()) {
        GOETIA_ASSIGN(const std::string before, read_pieces(stream.file.get(), stream.pieces.all(stream.bytes),
                                                            std::max<std::int64_t>(0, length - kBeforeWindow), length));
        if (sha256_hex(before) != request.before)
            return AppendAnswer{
                .outcome = AppendOutcome::kParted, .generation = stream.pieces.generation + 1, .length = 0};
    }
    const auto added = static_cast<std::int64_t>(append.bytes.size());
    struct statvfs info{};
    const bool is_disk_full = ::fstatvfs(stream.file.get(), &info) == 0 &&
                              static_cast<std::int64_t>(info.f_bavail * info.f_frsize) < added + limits_.reserve;
    if (added > 0 && (is_disk_full || stream.bytes + added > limits_.largest))
        return stream.answer(AppendOutcome::kFull);
    if (stream.pieces.is_compared) {
        GOETIA_ASSIGN(AppendAnswer answer, compare(stream, append.bytes, is_written));
        answer.ended = request.ends && answer.outcome == AppendOutcome::kAppended;
        return answer;
    }
    GOETIA_ASSIGN(const bool is_whole, stream.append_all(append.bytes));
    if (!is_whole) return stream.answer(AppendOutcome::kFull);
    is_written = is_written || added > 0;
    AppendAnswer answer = stream.answer(AppendOutcome::kAppended);
    answer.ended = request.ends;
    return answer;
}

// Bytes of a new generation that may equal those of the older one.
Result<AppendAnswer> StreamStore::compare(OpenStream& stream, std::string_view bytes, bool& is_written) {
    const std::int64_t length = bytes_in(stream.pieces.shared), all = bytes_in(stream.pieces.older);
    const auto size = static_cast<std::int64_t>(bytes.size());
    GOETIA_ASSIGN(const std::string older,
                  read_pieces(stream.file.get(), stream.pieces.older, length, std::min(all, length + size)));
    const auto equal = static_cast<std::int64_t>(std::ranges::mismatch(older, bytes).in1 - older.begin());
    StreamPieces changed = stream.pieces;
    if (equal == size) {
        changed.shared = first_of(changed.older, length + size);
        if (size > 0) GOETIA_TRY(stream.save_pieces(changed));
        return stream.answer(AppendOutcome::kAppended);
    }
    std::int64_t border = length + equal;
    if (border < all) {  // it parts here: the record that differs is stored from its beginning on
        GOETIA_ASSIGN(border, record_border(stream.place.name, border, [&](std::int64_t from, std::int64_t to) {
                          return read_pieces(stream.file.get(), stream.pieces.older, from, std::min(to, all));
                      }));
    }
    GOETIA_ASSIGN(std::string rest, read_pieces(stream.file.get(), stream.pieces.older, border, length));
    rest += bytes.substr(static_cast<std::size_t>(std::max<std::int64_t>(0, border - length)));
    changed.shared = first_of(changed.older, border);
    changed.older.clear();
    changed.is_compared = false;
    changed.open_from = stream.bytes;
    GOETIA_TRY(stream.save_pieces(changed));
    GOETIA_ASSIGN(const bool is_whole, stream.append_all(rest));
    is_written = true;
    return stream.answer(is_whole ? AppendOutcome::kAppended : AppendOutcome::kFull);
}

}  // namespace goetia
