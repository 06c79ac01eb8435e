#include "data/fetch/part_file.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kNoteEvery = 8 << 20;

Spans spans_from(const Json& json, std::int64_t limit) {
    Spans spans;
    for (const Json& pair : json) {
        if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number_integer() || !pair[1].is_number_integer())
            return {};
        const ByteSpan span{pair[0].get<std::int64_t>(), pair[1].get<std::int64_t>()};
        if (span.begin < 0 || span.end <= span.begin || span.end > limit) return {};
        spans.add(span);
    }
    return spans;
}

}  // namespace

void Spans::add(ByteSpan span) {
    if (span.begin >= span.end) return;
    std::vector<ByteSpan> merged;
    for (const ByteSpan& one : spans_) {
        if (one.end < span.begin || one.begin > span.end) merged.push_back(one);
        else span = {std::min(one.begin, span.begin), std::max(one.end, span.end)};
    }
    merged.insert(std::upper_bound(merged.begin(), merged.end(), span,
                                   [](const ByteSpan& a, const ByteSpan& b) { return a.begin < b.begin; }),
                  span);
    spans_ = std::move(merged);
}

std::int64_t Spans::total() const {
    std::int64_t sum = 0;
    for (const ByteSpan& one : spans_) sum += one.end - one.begin;
    return sum;
}

std::vector<ByteSpan> Spans::missing(std::int64_t size) const {
    std::vector<ByteSpan> gaps;
    std::int64_t at = 0;
    for (const ByteSpan& one : spans_) {
        if (one.begin > at) gaps.push_back({at, std::min(one.begin, size)});
        at = one.end;
    }
    if (at < size) gaps.push_back({at, size});
    return gaps;
}

PartFile::PartFile(fs::path target, FileDescriptor file)
    : target_(std::move(target)),
      part_(target_.native() + ".part"),
      notes_(target_.native() + ".part.json"),
      file_(std::move(file)) {}

Result<std::unique_ptr<PartFile>> PartFile::open(const fs::path& target) {
    const fs::path part = target.native() + ".part";
    FileDescriptor file(::open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!file.valid()) return os_error("write", part.native(), errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
        return make_error(Code::kWrongState, "'{}' is being fetched by another process; wait for it or stop it",
                          target.native());
    struct stat opened{}, named{};
    if (::fstat(file.get(), &opened) != 0) return os_error("read", part.native(), errno);
    // Whoever held the lock may just have finished and renamed it: what was opened is then the target.
    if (::stat(part.c_str(), &named) != 0 || named.st_ino != opened.st_ino) return open(target);
    std::unique_ptr<PartFile> made(new PartFile(target, std::move(file)));
    made->read_notes();
    return made;
}

// Notes that cannot be believed are as none: the file is fetched anew.
void PartFile::read_notes() {
    const auto text = read_file(notes_);
    const Json json = text ? Json::parse(*text, nullptr, false) : Json();
    struct stat info{};
    ::fstat(file_.get(), &info);
    if (json.is_object() && json.contains("size") && json["size"].is_number_integer() && json.contains("url") &&
        json["url"].is_string() && json.contains("validator") && json["validator"].is_string() &&
        json.contains("done") && json["done"].is_array()) {
        size_ = json["size"].get<std::int64_t>();
        url_ = json["url"].get<std::string>();
        validator_ = json["validator"].get<std::string>();
        done_ = spans_from(json["done"], std::min<std::int64_t>(*size_, info.st_size));
    }
}

std::int64_t PartFile::present() const {
    const std::scoped_lock lock(mutex_);
    return done_.total();
}

bool PartFile::complete() const {
    const std::scoped_lock lock(mutex_);
    return size_ && done_.total() == *size_;
}

std::vector<ByteSpan> PartFile::missing() const {
    const std::scoped_lock lock(mutex_);
    return done_.missing(size_.value_or(0));
}

void PartFile::describe(std::optional<std::int64_t> size, const std::string& validator, const std::string& url) {
    const std::scoped_lock lock(mutex_);
    size_ = size, validator_ = validator, url_ = url;
}

Status PartFile::reset() {
    const std::scoped_lock lock(mutex_);
    size_.reset();
    validator_.clear(), url_.clear(), done_.clear();
    unnoted_ = 0;
    std::error_code code;
    fs::remove(notes_, code);
    if (::ftruncate(file_.get(), 0) != 0) return os_error("write", part_.native(), errno);
    return {};
}

Status PartFile::write(std::int64_t at, std::string_view bytes) {
    const ByteSpan span{at, at + static_cast<std::int64_t>(bytes.size())};
    while (!bytes.empty()) {
        const ssize_t put = ::pwrite(file_.get(), bytes.data(), bytes.size(), at);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return os_error("write", part_.native(), errno);
        bytes.remove_prefix(static_cast<std::size_t>(put));
        at += put;
    }
    const std::scoped_lock lock(mutex_);
    done_.add(span);
    unnoted_ += span.end - span.begin;
    return unnoted_ >= kNoteEvery ? note_locked() : Status{};
}

Status PartFile::note() {
    const std::scoped_lock lock(mutex_);
    return note_locked();
}

// The bytes first, then the note that they are there.
Status PartFile::note_locked() {
    unnoted_ = 0;
    if (!size_) return {};
    if (::fdatasync(file_.get()) != 0) return os_error("sync", part_.native(), errno);
    Json done = Json::array();
    for (const ByteSpan& one : done_.list()) done.push_back({one.begin, one.end});
    const Json json{{"url", url_}, {"size", *size_}, {"validator", validator_}, {"done", done}};
    return write_file_atomic(notes_, json.dump() + "\n");
}

Status PartFile::finish() {
    if (::fsync(file_.get()) != 0) return os_error("sync", part_.native(), errno);
    if (::rename(part_.c_str(), target_.c_str()) != 0) return os_error("rename", target_.native(), errno);
    std::error_code code;
    fs::remove(notes_, code);
    return sync_folder(target_.parent_path());
}

}  // namespace goetia
