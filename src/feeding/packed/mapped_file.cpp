#include <cerrno>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/files.h"
#include "feeding/packed/byte_source.h"

namespace goetia {
namespace {

class MappedFile : public ByteSource {
  public:
    MappedFile(void* memory, std::uint64_t size, std::string path)
        : memory_(memory), size_(size), path_(std::move(path)) {}
    ~MappedFile() override {
        if (memory_ != nullptr) ::munmap(memory_, size_);
    }
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    [[nodiscard]] std::uint64_t size() const override { return size_; }
    // The bytes are valid while the file is mapped, which is as long as the data set lives.
    [[nodiscard]] Result<SharedBytes> read(std::uint64_t at, std::uint64_t count) const override {
        if (at > size_ || count > size_ - at) return invalid("'{}' ends before byte {}", path_, at + count);
        return SharedBytes{{static_cast<const char*>(memory_) + at, count}, nullptr};
    }

  private:
    void* memory_;
    std::uint64_t size_;
    std::string path_;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> map_file(const std::string& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return os_error("open", path, errno);
    struct stat info{};
    if (::fstat(file.get(), &info) != 0) return os_error("look at", path, errno);
    const auto size = static_cast<std::uint64_t>(info.st_size);
    if (size == 0) return std::unique_ptr<ByteSource>(std::make_unique<MappedFile>(nullptr, 0, path));
    void* memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
    if (memory == MAP_FAILED) return os_error("map", path, errno);
    return std::unique_ptr<ByteSource>(std::make_unique<MappedFile>(memory, size, path));
}

bool is_address(std::string_view name) { return name.starts_with("http://") || name.starts_with("https://"); }

Result<std::unique_ptr<ByteSource>> open_source(const std::string& name, std::shared_ptr<BlockCache> kept) {
    return is_address(name) ? open_ranges(name, std::move(kept)) : map_file(name);
}

}  // namespace goetia
