#include "weights/file_bytes.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <new>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

namespace goetia {

std::shared_ptr<std::byte> aligned_memory(std::size_t size) {
    const std::size_t rounded = (size / kStorageAlignment + 1) * kStorageAlignment;
    void* memory = std::aligned_alloc(kStorageAlignment, rounded);
    if (memory == nullptr) throw std::bad_alloc();
    return {static_cast<std::byte*>(memory), [](std::byte* one) { std::free(one); }};
}

Result<OwnedBytes> read_bytes(const std::filesystem::path& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return os_error("open", path.native(), errno);
    struct stat info{};
    if (::fstat(file.get(), &info) != 0) return os_error("read", path.native(), errno);
    if (!S_ISREG(info.st_mode)) return invalid("cannot read '{}': it is not a regular file", path.native());
    const auto size = static_cast<std::size_t>(info.st_size);
    std::shared_ptr<std::byte> memory;
    try {
        memory = aligned_memory(size);
    } catch (const std::bad_alloc&) {
        return failed("cannot read '{}': its {} bytes do not fit in memory", path.native(), size);
    }
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = ::read(file.get(), memory.get() + done, size - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os_error("read", path.native(), errno);
        if (got == 0) return failed("cannot read '{}': it was truncated while being read", path.native());
        done += static_cast<std::size_t>(got);
    }
    const std::span<const std::byte> bytes(memory.get(), size);
    return OwnedBytes{std::move(memory), bytes};
}

}  // namespace goetia
