#include "datasets/file_hashes.h"

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/hash.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kHeader = "goetia file hashes 2\n", kEnd = "end ";
constexpr std::size_t kDigits = 64;

// A file that changed just now may change again within one tick of the file system clock, keeping its size. mtime has
// ticks of two seconds on some file systems; ctime is the kernel's, with ticks of ten milliseconds.
constexpr std::int64_t kModifiedTick = 2'000'000'000, kStatusTick = 20'000'000;

bool is_settled(const FileState& state) {
    const std::chrono::nanoseconds now = std::chrono::system_clock::now().time_since_epoch();
    return now.count() - state.modified > kModifiedTick && now.count() - state.status_changed > kStatusTick;
}

std::int64_t nanoseconds(const timespec& time) {
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

template <class Number>
bool take_number(std::string_view& line, Number& number) {
    const auto [end, code] = std::from_chars(line.data(), line.data() + line.size(), number);
    if (code != std::errc() || end == line.data() + line.size() || *end != ' ') return false;
    line.remove_prefix(static_cast<std::size_t>(end - line.data()) + 1);
    return true;
}

std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

// The lines between header and checksum; empty if the text is incomplete or damaged.
std::string_view verified_body(std::string_view text) {
    const std::size_t tail = kEnd.size() + kDigits + 1;
    if (!text.starts_with(kHeader) || text.size() < kHeader.size() + tail) return {};
    const std::string_view body = text.substr(0, text.size() - tail);
    if (text.substr(body.size()) != fmt::format("{}{}\n", kEnd, sha256_hex(body))) return {};
    return body.substr(kHeader.size());
}

}  // namespace

FileState state_of(const struct stat& info) {
    return {static_cast<std::uint64_t>(info.st_size), nanoseconds(info.st_mtim), nanoseconds(info.st_ctim)};
}

std::string text_of(const HashedFiles& files, const std::string& root) {
    std::string text(kHeader);
    text += root + "\n";
    for (const auto& [path, one] : files)
        fmt::format_to(std::back_inserter(text), "{} {} {} {} {}\n", one.sha256, one.state.size, one.state.modified,
                       one.state.status_changed, path);
    return text + fmt::format("{}{}\n", kEnd, sha256_hex(text));
}

HashedFiles parse_hashes(std::string_view text, const std::string& root) {
    HashedFiles files;
    std::string_view body = verified_body(text);
    if (take_line(body) != root) return files;
    while (!body.empty()) {
        std::string_view line = take_line(body);
        if (line.size() < kDigits + 2) return {};
        HashedFile one{.sha256 = std::string(line.substr(0, kDigits))};
        line.remove_prefix(kDigits + 1);
        if (!take_number(line, one.state.size)) return {};
        for (auto* time : {&one.state.modified, &one.state.status_changed}) {
            if (!take_number(line, *time)) return {};
        }
        files.emplace(line, std::move(one));
    }
    return files;
}

fs::path user_cache() {
    if (const char* folder = std::getenv("XDG_CACHE_HOME"); folder != nullptr && *folder == '/')
        return fs::path(folder) / "goetia";
    if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
        return fs::path(home) / ".cache/goetia";
    return {};
}

FileHashes::FileHashes(fs::path root, const fs::path& folder) : root_(std::move(root)) {
    if (folder.empty()) return;
    file_ = folder / sha256_hex(root_.native()).substr(0, 24);
    known_ = read();
}

std::string FileHashes::key_of(const fs::path& path) const {
    std::string text = (path.is_absolute() ? path : fs::absolute(path)).lexically_normal().native();
    const std::string& root = root_.native();
    if (!root.empty() && text.size() > root.size() && text.starts_with(root) && text[root.size()] == '/')
        text.erase(0, root.size() + 1);
    return text;
}

HashedFiles FileHashes::read() const {
    const Result<std::string> text = read_file(file_);
    return text ? parse_hashes(*text, root_.native()) : HashedFiles();
}

Result<std::string> FileHashes::sha256(const fs::path& path) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return os_error("open", path.native(), errno);
    const FileState state = state_of(info);
    const std::string key = key_of(path);
    {
        const std::scoped_lock lock(mutex_);
        for (const HashedFiles* entries : {&fresh_, &known_}) {
            const auto found = entries->find(key);
            if (found != entries->end() && found->second.state == state) return found->second.sha256;
        }
    }
    GOETIA_ASSIGN(std::string sum, sha256_file(path));
    store(path, state, sum);
    return sum;
}

void FileHashes::store(const fs::path& path, const FileState& state, const std::string& sha256) {
    std::string key = key_of(path);
    const std::scoped_lock lock(mutex_);
    const auto found = known_.find(key);
    if (found != known_.end() && found->second.state == state && found->second.sha256 == sha256) return;
    fresh_.insert_or_assign(std::move(key), HashedFile{state, sha256});
}

Status FileHashes::save() {
    const std::scoped_lock lock(mutex_);
    std::erase_if(fresh_, [](const auto& one) {
        return !is_settled(one.second.state) || one.first.find('\n') != std::string::npos;
    });
    if (file_.empty() || fresh_.empty()) return {};
    GOETIA_TRY(make_folders(file_.parent_path()));
    const fs::path guard = file_.native() + ".lock";
    const FileDescriptor held(::open(guard.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!held.valid()) return os_error("open", guard.native(), errno);
    if (::flock(held.get(), LOCK_EX) != 0) return os_error("lock", guard.native(), errno);
    known_ = read();  // entries that others saved meanwhile
    for (auto& [path, entry] : fresh_) known_.insert_or_assign(path, std::move(entry));
    fresh_.clear();
    return write_file_atomic(file_, text_of(known_, root_.native()));
}

}  // namespace goetia
