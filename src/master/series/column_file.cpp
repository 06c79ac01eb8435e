#include "master/series/column_file.h"

#include <algorithm>
#include <bit>
#include <cerrno>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace goetia {

Result<ColumnFile> ColumnFile::open(const std::filesystem::path& path, std::uint64_t end) {
    ColumnFile columns;
    columns.file_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!columns.file_.valid()) return os_error("open", path.native(), errno);
    columns.path_ = path;
    columns.end_ = end;
    return columns;
}

Result<ColumnFile> ColumnFile::anonymous() {
    ColumnFile columns;
    columns.file_ = FileDescriptor(::memfd_create("goetia-series", MFD_CLOEXEC));
    if (!columns.file_.valid()) return os_error("make", "a file in memory", errno);
    columns.path_ = "a file in memory";
    return columns;
}

std::uint64_t ColumnFile::allocate(std::uint64_t bytes) {
    constexpr std::uint64_t kPage = 4096;
    const std::uint64_t offset = end_;
    end_ += (bytes + kPage - 1) / kPage * kPage;
    return offset;
}

Status ColumnFile::write(std::uint64_t offset, const void* data, std::size_t bytes) const {
    const auto* at = static_cast<const char*>(data);
    while (bytes > 0) {
        const ssize_t put = ::pwrite(file_.get(), at, bytes, static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return os_error("write", path_.native(), errno);
        at += put, offset += static_cast<std::uint64_t>(put), bytes -= static_cast<std::size_t>(put);
    }
    return {};
}

Status ColumnFile::read(std::uint64_t offset, void* data, std::size_t bytes) const {
    auto* at = static_cast<char*>(data);
    while (bytes > 0) {
        const ssize_t got = ::pread(file_.get(), at, bytes, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os_error("read", path_.native(), errno);
        if (got == 0) return failed("'{}' ends before byte {}", path_.native(), offset + bytes);
        at += got, offset += static_cast<std::uint64_t>(got), bytes -= static_cast<std::size_t>(got);
    }
    return {};
}

Status ColumnFile::sync() const {
    if (::fdatasync(file_.get()) != 0) return os_error("sync", path_.native(), errno);
    return {};
}

ColumnExtents::Place ColumnExtents::place(std::size_t element_bytes, std::uint64_t element) const {
    const auto extent = static_cast<std::size_t>(std::bit_width(element / kFirst + 1) - 1);
    const std::uint64_t begin = kFirst * ((std::uint64_t{1} << extent) - 1), size = kFirst << extent;
    return {offsets_[extent] + (element - begin) * element_bytes, begin + size - element};
}

Status ColumnExtents::write(ColumnFile& file, std::size_t element_bytes, std::uint64_t first, const void* data,
                            std::uint64_t count) {
    while (capacity() < first + count) offsets_.push_back(file.allocate((kFirst << offsets_.size()) * element_bytes));
    const auto* at = static_cast<const char*>(data);
    while (count > 0) {
        const Place to = place(element_bytes, first);
        const std::uint64_t now = std::min(count, to.room);
        GOETIA_TRY(file.write(to.offset, at, now * element_bytes));
        at += now * element_bytes, first += now, count -= now;
    }
    return {};
}

Status ColumnExtents::read(const ColumnFile& file, std::size_t element_bytes, std::uint64_t first, void* data,
                           std::uint64_t count) const {
    auto* at = static_cast<char*>(data);
    while (count > 0) {
        const Place from = place(element_bytes, first);
        const std::uint64_t now = std::min(count, from.room);
        GOETIA_TRY(file.read(from.offset, at, now * element_bytes));
        at += now * element_bytes, first += now, count -= now;
    }
    return {};
}

}  // namespace goetia
