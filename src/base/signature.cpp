#include "base/signature.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kPublicKeyBytes = 32, kSignatureBytes = 64;
using Key = std::shared_ptr<EVP_PKEY>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

Key owned(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string as_hex(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return text;
}

std::optional<std::string> bytes_of_hex(std::string_view text, std::size_t size) {
    if (text.size() != 2 * size) return std::nullopt;
    const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = digit(text[i]), low = digit(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high << 4 | low);
    }
    return bytes;
}

Result<std::string> new_key_text() {
    const Key key = owned(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    const Bio text(BIO_new(BIO_s_mem()), BIO_free);
    if (!key || !text || PEM_write_bio_PrivateKey(text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return failed("OpenSSL cannot make an Ed25519 key");
    char* data = nullptr;
    const long size = BIO_get_mem_data(text.get(), &data);
    return std::string(data, static_cast<std::size_t>(size));
}

// Gives the file its name only once it is complete, unless another process was first.
Status make_key(const fs::path& file) {
    GOETIA_ASSIGN(const std::string text, new_key_text());
    GOETIA_TRY(make_folders(fs::absolute(file).parent_path()));
    std::string temporary = file.native() + ".part.XXXXXX";
    const FileDescriptor out(::mkostemp(temporary.data(), O_CLOEXEC));  // mode 0600
    if (!out.valid()) return os_error("write", temporary, errno);
    const auto write = [&]() -> Status {
        GOETIA_TRY(write_all(out.get(), text, temporary));
        if (::fsync(out.get()) != 0) return os_error("sync", temporary, errno);
        if (::link(temporary.c_str(), file.c_str()) != 0 && errno != EEXIST)
            return os_error("make", file.native(), errno);
        return sync_folder(fs::absolute(file).parent_path());
    };
    Status written = write();
    ::unlink(temporary.c_str());
    return written;
}

Result<Key> read_key(const fs::path& file) {
    struct stat info{};
    if (::stat(file.c_str(), &info) != 0) return os_error("read", file.native(), errno);
    if ((info.st_mode & 077U) != 0)
        return make_error(Code::kDenied,
                          "the private key '{}' can be read by others (mode {:04o}); nobody but its owner may: "
                          "chmod 600 it, and make a new one if others may have seen it",
                          file.native(), info.st_mode & 07777U);
    GOETIA_ASSIGN(const std::string text, read_file(file));
    const Bio bytes(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
    Key key = owned(PEM_read_bio_PrivateKey(bytes.get(), nullptr, nullptr, nullptr));
    if (!key || EVP_PKEY_is_a(key.get(), "ED25519") != 1)
        return invalid("'{}' must hold an Ed25519 private key as PEM, found {} bytes of something else", file.native(),
                       text.size());
    return key;
}

}  // namespace

Result<SigningKey> SigningKey::open(const fs::path& file) {
    std::error_code code;
    if (!fs::exists(file, code)) GOETIA_TRY(make_key(file));
    GOETIA_ASSIGN(Key key, read_key(file));
    std::array<unsigned char, kPublicKeyBytes> bytes{};
    std::size_t size = bytes.size();
    if (EVP_PKEY_get_raw_public_key(key.get(), bytes.data(), &size) != 1 || size != bytes.size())
        return failed("OpenSSL cannot read the public key of '{}'", file.native());
    return SigningKey(std::move(key), as_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
}

std::string SigningKey::sign(std::string_view text) const {
    const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::array<unsigned char, kSignatureBytes> bytes{};
    std::size_t size = bytes.size();
    auto* const key = static_cast<EVP_PKEY*>(key_.get());
    [[maybe_unused]] const bool is_signed =
        EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
        EVP_DigestSign(context.get(), bytes.data(), &size, bytes_of(text), text.size()) == 1;
    assert(is_signed && size == bytes.size());
    return as_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Status check_signature(std::string_view text, std::string_view signature, std::string_view public_key) {
    const auto key_bytes = bytes_of_hex(public_key, kPublicKeyBytes);
    if (!key_bytes)
        return invalid("a public key must be {} hexadecimal digits, found {} characters", 2 * kPublicKeyBytes,
                       public_key.size());
    const auto bytes = bytes_of_hex(signature, kSignatureBytes);
    if (!bytes)
        return make_error(Code::kDenied, "a signature must be {} hexadecimal digits, found {} characters",
                          2 * kSignatureBytes, signature.size());
    const Key key =
        owned(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*key_bytes), key_bytes->size()));
    const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    const bool fits =
        key && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
        EVP_DigestVerify(context.get(), bytes_of(*bytes), bytes->size(), bytes_of(text), text.size()) == 1;
    if (fits) return {};
    return make_error(Code::kDenied, "the signature is not that of the key {}...", public_key.substr(0, 12));
}

}  // namespace goetia
