// A .pth is a zip whose entries are stored, not deflated, with every payload aligned to 64 bytes (by padding in the
// entry's extra field), so that readers may map it. Written once, front to back, hashed on the way.
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include "base/files.h"
#include "base/hash.h"
#include "weights/pickle.h"
#include "weights/pth.h"

namespace goetia {
namespace {

constexpr std::uint64_t kAlignment = 64;
constexpr std::uint64_t kLimit32 = 0xFFFFFFFF;
constexpr std::uint16_t kZip64Extra = 1;
constexpr std::uint16_t kPaddingExtra = 0x4246;   // "FB", as PyTorch's own files carry

struct Entry {
    std::string name;
    std::uint32_t crc = 0;
    std::uint64_t size = 0;
    std::uint64_t offset = 0;
};

std::uint32_t crc_of(std::string_view bytes) {
    uLong crc = ::crc32(0, nullptr, 0);
    while (!bytes.empty()) {
        const std::size_t part = std::min<std::size_t>(bytes.size(), 1U << 30);
        crc = ::crc32(crc, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(part));
        bytes.remove_prefix(part);
    }
    return static_cast<std::uint32_t>(crc);
}

class ZipWriter {
  public:
    ZipWriter(int fd, const std::filesystem::path& named) : fd_(fd), named_(named) {}

    Status add(const std::string& name, std::string_view bytes) {
        const Entry entry{name, crc_of(bytes), bytes.size(), at_};
        GOETIA_TRY(put(local_header(entry)));
        GOETIA_TRY(put(bytes));
        entries_.push_back(entry);
        return {};
    }

    Status finish() {
        const std::uint64_t begin = at_;
        for (const Entry& entry : entries_) GOETIA_TRY(put(central_header(entry)));
        return put(end_records(begin, at_ - begin));
    }

    [[nodiscard]] std::uint64_t bytes() const { return at_; }
    std::string sha256() { return sum_.hex(); }

  private:
    Status put(std::string_view bytes) {
        sum_.add(bytes);
        at_ += bytes.size();
        return write_all(fd_, bytes, named_);
    }

    static void number(std::string& out, std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
    }

    static std::string zip64_sizes(const Entry& entry) {
        std::string extra;
        if (entry.size < kLimit32) return extra;
        number(extra, kZip64Extra, 2), number(extra, 16, 2), number(extra, entry.size, 8), number(extra, entry.size, 8);
        return extra;
    }

    static std::string common(const Entry& entry, std::uint64_t extra_size) {
        std::string out;
        const std::uint64_t shown = entry.size < kLimit32 ? entry.size : kLimit32;
        number(out, 0x0800, 2), number(out, 0, 2), number(out, 0, 2), number(out, 0x21, 2);   // UTF-8, stored, 1980-01-01
        number(out, entry.crc, 4), number(out, shown, 4), number(out, shown, 4);
        number(out, entry.name.size(), 2), number(out, extra_size, 2);
        return out;
    }

    [[nodiscard]] std::string local_header(const Entry& entry) const {
        std::string extra = zip64_sizes(entry);
        const std::uint64_t payload = at_ + 30 + entry.name.size() + extra.size() + 4;
        const std::uint64_t padding = (kAlignment - payload % kAlignment) % kAlignment;
        number(extra, kPaddingExtra, 2), number(extra, padding, 2);
        extra.append(padding, 'Z');
        std::string out = "PK\x03\x04";
        number(out, 45, 2);
        return out + common(entry, extra.size()) + entry.name + extra;
    }

    static std::string central_header(const Entry& entry) {
        std::string extra = zip64_sizes(entry);
        if (entry.offset >= kLimit32) {
            extra.clear();
            const bool large = entry.size >= kLimit32;
            number(extra, kZip64Extra, 2), number(extra, large ? 24 : 8, 2);
            if (large) number(extra, entry.size, 8), number(extra, entry.size, 8);
            number(extra, entry.offset, 8);
        }
        std::string out = "PK\x01\x02";
        number(out, 45, 2), number(out, 45, 2);
        out += common(entry, extra.size());
        number(out, 0, 2), number(out, 0, 2), number(out, 0, 2), number(out, 0, 4);
        number(out, entry.offset < kLimit32 ? entry.offset : kLimit32, 4);
        return out + entry.name + extra;
    }

    [[nodiscard]] std::string end_records(std::uint64_t begin, std::uint64_t size) const {
        std::string out;
        const std::uint64_t count = entries_.size();
        const bool large = count >= 0xFFFF || begin >= kLimit32;
        if (large) {
            out += "PK\x06\x06";
            number(out, 44, 8), number(out, 45, 2), number(out, 45, 2), number(out, 0, 4), number(out, 0, 4);
            number(out, count, 8), number(out, count, 8), number(out, size, 8), number(out, begin, 8);
            out += "PK\x06\x07";
            number(out, 0, 4), number(out, begin + size, 8), number(out, 1, 4);
        }
        out += "PK\x05\x06";
        number(out, 0, 2), number(out, 0, 2), number(out, std::min<std::uint64_t>(count, 0xFFFF), 2);
        number(out, std::min<std::uint64_t>(count, 0xFFFF), 2), number(out, size, 4);
        number(out, std::min(begin, kLimit32), 4), number(out, 0, 2);
        return out;
    }

    int fd_;
    std::filesystem::path named_;
    std::uint64_t at_ = 0;
    Sha256 sum_;
    std::vector<Entry> entries_;
};

Result<WrittenFile> write_zip(int fd, const std::filesystem::path& named, const Value& value) {
    const Pickled pickled = pickle(value);
    ZipWriter zip(fd, named);
    GOETIA_TRY(zip.add("archive/data.pkl", pickled.bytes));
    GOETIA_TRY(zip.add("archive/byteorder", "little"));
    for (std::size_t key = 0; key < pickled.storages.size(); ++key) {
        const Tensor& tensor = pickled.storages[key];
        GOETIA_TRY(zip.add("archive/data/" + std::to_string(key), {reinterpret_cast<const char*>(tensor.data), tensor.bytes()}));
    }
    GOETIA_TRY(zip.add("archive/version", "3\n"));
    GOETIA_TRY(zip.finish());
    if (::fsync(fd) != 0) return os_error("sync", named.native(), errno);
    const std::uintmax_t bytes = zip.bytes();
    return WrittenFile{zip.sha256(), bytes};
}

}  // namespace

Result<WrittenFile> write_pth(const std::filesystem::path& path, const Value& value) {
    const std::filesystem::path beside = path.native() + ".part." + std::to_string(::getpid());
    const FileDescriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file.valid()) return os_error("write", path.native(), errno);
    Result<WrittenFile> written = write_zip(file.get(), path, value);
    if (written && ::rename(beside.c_str(), path.c_str()) != 0) written = os_error("rename", path.native(), errno);
    if (!written) {
        ::unlink(beside.c_str());
        return written;
    }
    GOETIA_TRY(sync_folder(path.parent_path()));
    return written;
}

}  // namespace goetia
