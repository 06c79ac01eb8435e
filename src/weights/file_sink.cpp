#include "weights/file_sink.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace goetia {
namespace {

constexpr std::size_t kBuffer = 1 << 16;

}  // namespace

FileSink::FileSink(std::filesystem::path path, std::filesystem::path temporary, FileDescriptor file)
    : path_(std::move(path)), temporary_(std::move(temporary)), file_(std::move(file)) {}

Result<FileSink> FileSink::open(const std::filesystem::path& path) {
    std::filesystem::path temporary = path.native() + ".part." + std::to_string(::getpid());
    FileDescriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file.valid()) return os_error("write", path.native(), errno);
    return FileSink(path, std::move(temporary), std::move(file));
}

FileSink::~FileSink() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Status FileSink::write(std::string_view bytes) {
    written_ += bytes.size();
    sum_->add(bytes);
    if (buffer_.size() + bytes.size() <= kBuffer) return buffer_ += bytes, Status();
    GOETIA_TRY(flush());
    if (bytes.size() < kBuffer) return buffer_ = bytes, Status();
    return write_all(file_.get(), bytes, path_);
}

Status FileSink::flush() {
    GOETIA_TRY(write_all(file_.get(), buffer_, path_));
    buffer_.clear();
    return {};
}

Result<std::string> FileSink::publish() {
    GOETIA_TRY(flush());
    if (::fsync(file_.get()) != 0) return os_error("sync", path_.native(), errno);
    if (::close(file_.release()) != 0) return os_error("write", path_.native(), errno);
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return os_error("rename", path_.native(), errno);
    temporary_.clear();
    GOETIA_TRY(sync_folder(path_.parent_path()));
    return sum_->hex();
}

}  // namespace goetia
