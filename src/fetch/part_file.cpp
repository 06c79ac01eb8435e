#include "fetch/part_file.h"

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

constexpr std::int64_t kSaveEvery = 8 << 20;

std::optional<Spans> spans_from(const Json& json, std::int64_t limit) {
    Spans spans;
    for (const Json& pair : json) {
        if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number_integer() || !pair[1].is_number_integer())
            return std::nullopt;
        const ByteSpan span{pair[0].get<std::int64_t>(), pair[1].get<std::int64_t>()};
        if (span.begin < 0 || span.end <= span.begin || span.end > limit) return std::nullopt;
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
      state_path_(target_.native() + ".part.json"),
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
    // The previous holder of the lock may just have renamed the file: then the opened file is the target.
    if (::stat(part.c_str(), &named) != 0 || named.st_ino != opened.st_ino) return open(target);
    std::unique_ptr<PartFile> made(new PartFile(target, std::move(file)));
    made->read_state();
    return made;
}

std::string text_of(const PartState& state) {
    Json done = Json::array();
    for (const ByteSpan& one : state.done.list()) done.push_back({one.begin, one.end});
    // A server's validator may be any bytes; invalid UTF-8 is replaced, and the validator then matches nothing.
    return Json{{"url", state.url}, {"size", state.size}, {"validator", state.validator}, {"done", done}}.dump(
               -1, ' ', false, Json::error_handler_t::replace) +
           "\n";
}

std::optional<PartState> parse_part_state(std::string_view text, std::int64_t part_bytes) {
    const Json json = Json::parse(text, nullptr, false);
    const auto is_text = [&](const char* key) { return json.contains(key) && json[key].is_string(); };
    if (!json.is_object() || !is_text("url") || !is_text("validator") || !json.contains("size") ||
        !json["size"].is_number_integer() || !json.contains("done") || !json["done"].is_array())
        return std::nullopt;
    PartState state{
        json["url"].get<std::string>(), json["validator"].get<std::string>(), json["size"].get<std::int64_t>(), {}};
    auto done = spans_from(json["done"], std::min(state.size, part_bytes));
    if (state.size < 0 || !done) return std::nullopt;
    state.done = *std::move(done);
    return state;
}

void PartFile::read_state() {
    const auto text = read_file(state_path_);
    struct stat info{};
    ::fstat(file_.get(), &info);
    auto state = text ? parse_part_state(*text, info.st_size) : std::nullopt;
    if (!state) return;
    size_ = state->size;
    url_ = std::move(state->url), validator_ = std::move(state->validator), done_ = std::move(state->done);
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
    unsaved_ = 0;
    std::error_code code;
    fs::remove(state_path_, code);
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
    unsaved_ += span.end - span.begin;
    return unsaved_ >= kSaveEvery ? save_state_locked() : Status{};
}

Status PartFile::save_state() {
    const std::scoped_lock lock(mutex_);
    return save_state_locked();
}

// Syncs the bytes before the state that lists them.
Status PartFile::save_state_locked() {
    unsaved_ = 0;
    if (!size_) return {};
    if (::fdatasync(file_.get()) != 0) return os_error("sync", part_.native(), errno);
    return write_file_atomic(state_path_, text_of(PartState{url_, validator_, *size_, done_}));
}

Status PartFile::finish() {
    if (::fsync(file_.get()) != 0) return os_error("sync", part_.native(), errno);
    if (::rename(part_.c_str(), target_.c_str()) != 0) return os_error("rename", target_.native(), errno);
    std::error_code code;
    fs::remove(state_path_, code);
    return sync_folder(target_.parent_path());
}

}  // namespace goetia
