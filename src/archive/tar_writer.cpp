#include "archive/tar_writer.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "base/files.h"

namespace goetia {
namespace {

constexpr std::size_t kTarBlock = 512, kNameField = 100, kPrefixField = 155;
constexpr std::int64_t kMostInHeader = (std::int64_t{1} << 33U) - 1;  // eleven octal digits

std::string header_of(const std::string& name, const std::string& prefix, std::int64_t bytes, char kind, int mode) {
    std::string header(kTarBlock, '\0');
    const auto put = [&](std::size_t at, std::string_view text) { header.replace(at, text.size(), text); };
    put(0, name);
    put(100, fmt::format("{:07o}", mode));
    put(108, "0000000");  // owner
    put(116, "0000000");  // group
    put(124, fmt::format("{:011o}", bytes));
    put(136, "00000000000");  // time
    put(148, "        ");
    put(156, std::string(1, kind));
    put(257, std::string_view("ustar\0"
                              "00",
                              8));
    put(345, prefix);
    unsigned sum = 0;
    for (const char byte : header) sum += static_cast<unsigned char>(byte);
    put(148, fmt::format("{:06o}", sum));
    header[154] = '\0';
    return header;
}

// Whether the name fits into the header's two fields, divided at a '/'.
bool divide(const std::string& all, std::string& prefix, std::string& name) {
    prefix.clear();
    name = all;
    if (all.size() <= kNameField) return true;
    const std::size_t slash = all.find('/', all.size() - kNameField - 1);
    if (slash == std::string::npos || slash == 0 || slash > kPrefixField || slash + 1 == all.size()) return false;
    prefix = all.substr(0, slash);
    name = all.substr(slash + 1);
    return true;
}

// "LENGTH key=value\n", where LENGTH counts all of it.
std::string pax_record(std::string_view key, std::string_view value) {
    const std::size_t rest = key.size() + value.size() + 3;
    std::size_t length = rest + 1;
    while (std::to_string(length).size() + rest != length) ++length;
    return fmt::format("{} {}={}\n", length, key, value);
}

std::int64_t padding_of(std::int64_t bytes) {
    constexpr auto kBlockBytes = static_cast<std::int64_t>(kTarBlock);
    return (kBlockBytes - bytes % kBlockBytes) % kBlockBytes;
}

}  // namespace

Status TarWriter::pad() {
    if (left_ != 0) return failed("'{}' has {} bytes less than was said", name_, left_);
    const std::string zeros(static_cast<std::size_t>(padding_), '\0');
    padding_ = 0;
    return out_.write(zeros);
}

Status TarWriter::begin(const std::string& name, std::int64_t bytes, bool executable) {
    GOETIA_TRY(pad());
    std::string prefix, short_name, more;
    if (!divide(name, prefix, short_name)) {
        more += pax_record("path", name);
        short_name = name.substr(0, kNameField);
    }
    if (bytes > kMostInHeader) more += pax_record("size", std::to_string(bytes));
    if (!more.empty()) {
        const auto size = static_cast<std::int64_t>(more.size());
        more.append(static_cast<std::size_t>(padding_of(size)), '\0');
        GOETIA_TRY(out_.write(header_of("pax_header", "", size, 'x', 0644)));
        GOETIA_TRY(out_.write(more));
    }
    name_ = name;
    left_ = bytes;
    padding_ = padding_of(bytes);
    return out_.write(header_of(short_name, prefix, bytes > kMostInHeader ? 0 : bytes, '0', executable ? 0755 : 0644));
}

Status TarWriter::write(std::string_view bytes) {
    if (static_cast<std::int64_t>(bytes.size()) > left_) return failed("'{}' has more bytes than was said", name_);
    left_ -= static_cast<std::int64_t>(bytes.size());
    return out_.write(bytes);
}

Status TarWriter::add(const std::string& name, std::string_view bytes, bool executable) {
    GOETIA_TRY(begin(name, static_cast<std::int64_t>(bytes.size()), executable));
    return write(bytes);
}

Status TarWriter::add_file(const std::string& name, const std::filesystem::path& file, bool executable) {
    const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info{};
    if (!opened.valid() || ::fstat(opened.get(), &info) != 0) return os_error("read", file.native(), errno);
    GOETIA_TRY(begin(name, info.st_size, executable));
    std::vector<char> buffer(1 << 18);
    for (;;) {
        const ssize_t got = ::read(opened.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os_error("read", file.native(), errno);
        if (got == 0) break;
        GOETIA_TRY(write({buffer.data(), static_cast<std::size_t>(got)}));
    }
    return left_ == 0 ? Status() : failed("'{}' became shorter while it was packed", file.native());
}

Status TarWriter::finish() {
    GOETIA_TRY(pad());
    return out_.write(std::string(2 * kTarBlock, '\0'));
}

}  // namespace goetia
