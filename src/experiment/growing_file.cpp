#include "experiment/growing_file.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace goetia {
namespace {

constexpr std::size_t kMuch = 1U << 20U;  // more does not wait in memory

}  // namespace

GrowingFile::~GrowingFile() { restart(); }

void GrowingFile::restart() {
    if (file_.valid() && !shown_) ::unlink(beside_.c_str());
    file_ = FileDescriptor();
    waiting_.clear();
    size_ = 0;
    shown_ = false;
    fault_ = {};
}

Status GrowingFile::open() {
    // One name for all: what a killed process left there is written over.
    beside_ = path_.parent_path() / ("." + path_.filename().native() + ".next");
    file_ = FileDescriptor(::open(beside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file_.valid()) return os_error("write", path_.native(), errno);
    shown_ = false;
    return write(beginning_);
}

// At the end of what counts; a text that does not go in whole leaves what was there.
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
    waiting_.append(text);
    if (waiting_.size() < kMuch || shown_) return;  // what others see is only written whole
    if (fault_ && !file_.valid()) fault_ = open();
    if (fault_) fault_ = write(waiting_);
    waiting_.clear();
}

Status GrowingFile::flush() {
    GOETIA_TRY(fault_);
    if (!file_.valid()) GOETIA_TRY(open());
    if (shown_ && waiting_.empty()) return {};
    const std::uint64_t before = size_;
    Status written = write(waiting_ + ending_);
    size_ = before + (written ? waiting_.size() : 0);
    if (!written) {
        [[maybe_unused]] const Status closed = write(ending_);  // as it was; the fault that counts is told
        size_ = before;
        if (::ftruncate(file_.get(), static_cast<off_t>(size_ + ending_.size())) != 0) return written;
        return written;
    }
    waiting_.clear();
    if (shown_) return {};
    if (::rename(beside_.c_str(), path_.c_str()) != 0) return os_error("rename", beside_.native(), errno);
    shown_ = true;
    return {};
}

}  // namespace goetia
