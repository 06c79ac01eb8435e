#include "fetch/checksum.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/files.h"

namespace goetia {
namespace {

class Digest {
  public:
    explicit Digest(const EVP_MD* kind) : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
        EVP_DigestInit_ex(context_.get(), kind, nullptr);
    }
    void add(const void* data, std::size_t size) { EVP_DigestUpdate(context_.get(), data, size); }
    std::string hex() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
        unsigned size = 0;
        EVP_DigestFinal_ex(context_.get(), sum.data(), &size);
        std::string text;
        for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", sum[i]);
        return text;
    }

  private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::string lower_hex(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

}  // namespace

Result<Sums> sums_of(const std::filesystem::path& file, const StopToken& stop) {
    const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened.valid()) return os_error("open", file.native(), errno);
    Digest sha256(EVP_sha256()), md5(EVP_md5());
    Sums sums;
    std::string buffer(1U << 20U, '\0');
    for (;;) {
        if (stop.stop_requested()) return make_error(Code::kCancelled, "stopped while checking '{}'", file.native());
        const ssize_t got = ::read(opened.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os_error("read", file.native(), errno);
        if (got == 0) break;
        sha256.add(buffer.data(), static_cast<std::size_t>(got));
        md5.add(buffer.data(), static_cast<std::size_t>(got));
        sums.bytes += got;
    }
    sums.sha256 = sha256.hex();
    sums.md5 = md5.hex();
    return sums;
}

std::string mismatch(const Expected& expected, const Sums& found) {
    if (expected.bytes && *expected.bytes != found.bytes)
        return fmt::format("it has {} bytes, {} are published", found.bytes, *expected.bytes);
    if (!expected.sha256.empty() && lower_hex(expected.sha256) != found.sha256)
        return fmt::format("its SHA-256 is {}, {} is published", found.sha256, lower_hex(expected.sha256));
    if (!expected.md5.empty() && lower_hex(expected.md5) != found.md5)
        return fmt::format("its MD5 is {}, {} is published", found.md5, lower_hex(expected.md5));
    return "";
}

}  // namespace goetia
