#include "experiment/growing_file.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace goetia {
namespace {

constexpr std::size_t kMaxBufferedText = 1U << 20U;  // a larger buffer is written out

}  // namespace

GrowingFile::~GrowingFile() { restart(); }

void GrowingFile::restart() {
    if (file_.valid() && !published_) ::unlink(temporary_.c_str());
    file_ = FileDescriptor();
    buffer_.clear();
    size_ = 0;
    published_ = false;
    fault_ = {};
}

Status GrowingFile::open() {
    // A fixed name: a file left by a killed process is overwritten.
    temporary_ = path_.parent_path() / ("." + path_.filename().native() + ".next");
    file_ = FileDescriptor(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file_.valid()) return os_error("write", path_.native(), errno);
    published_ = false;
    return write(beginning_);
}

// Writes at the end of the content; a failed write keeps the previous content.
Status GrowingFile::write(std::string_view text) {
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t put =
            ::pwrite(file_.get(), text.data() + done, text.size() - done, static_cast<off_t>(size_ + done));
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return os_error("write", path_.native(), put < 0 ? errno : ENOSPC);
        done += static_cast<std::size_t>(put);
    }
    size_ += text.size();
    return {};
}

void GrowingFile::add(std::string_view text) {
    buffer_.append(text);
    if (buffer_.size() < kMaxBufferedText || published_) return;  // a published file is only updated by flush()
    if (fault_ && !file_.valid()) fault_ = open();
    if (fault_) fault_ = write(buffer_);
    buffer_.clear();
}

Status GrowingFile::flush() {
    GOETIA_TRY(fault_);
    if (!file_.valid()) GOETIA_TRY(open());
    if (published_ && buffer_.empty()) return {};
    const std::uint64_t before = size_;
    Status written = write(buffer_ + ending_);
    size_ = before + (written ? buffer_.size() : 0);
    if (!written) {
        [[maybe_unused]] const Status closed =
            write(ending_);  // the previous state; the first error is the one reported
        size_ = before;
        if (::ftruncate(file_.get(), static_cast<off_t>(size_ + ending_.size())) != 0) return written;
        return written;
    }
    buffer_.clear();
    if (published_) return {};
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return os_error("rename", temporary_.native(), errno);
    published_ = true;
    return {};
}

}  // namespace goetia
