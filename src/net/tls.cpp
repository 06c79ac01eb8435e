#include "net/tls.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "base/files.h"

namespace goetia {
namespace {

template <auto kFree>
struct OpensslFree {
    void operator()(auto* object) const { kFree(object); }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using CertificatePointer = std::unique_ptr<X509, OpensslFree<X509_free>>;
using BioPointer = std::unique_ptr<BIO, OpensslFree<BIO_free_all>>;
using ExtensionPointer = std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION_free>>;

constexpr long kTenYears = 10L * 365 * 24 * 60 * 60;

std::string openssl_error() {
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    ERR_clear_error();
    return text.data();
}

std::string alternative_names(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        std::array<unsigned char, 16> bytes{};
        const bool address =
            inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
        text += fmt::format("{}{}:{}", text.empty() ? "" : ",", address ? "IP" : "DNS", name);
    }
    return text;
}

bool add_extension(X509* certificate, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const ExtensionPointer extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

CertificatePointer signed_by_itself(EVP_PKEY* key, const std::vector<std::string>& names) {
    CertificatePointer certificate(X509_new());
    if (!certificate) return nullptr;
    X509_set_version(certificate.get(), 2);
    std::array<unsigned char, 8> serial{};
    RAND_bytes(serial.data(), serial.size());
    serial[0] &= 0x7f;
    ASN1_STRING_set(X509_get_serialNumber(certificate.get()), serial.data(), serial.size());
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -24L * 60 * 60);  // clients' clocks may be behind
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kTenYears);
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("Goetia master"), -1,
                               -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    X509_set_pubkey(certificate.get(), key);
    const bool extended = add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                          add_extension(certificate.get(), NID_ext_key_usage, "serverAuth") &&
                          add_extension(certificate.get(), NID_subject_alt_name, alternative_names(names));
    if (!extended || X509_sign(certificate.get(), key, EVP_sha256()) == 0) return nullptr;
    return certificate;
}

std::string written(BIO* memory) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(memory, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

Status make_identity(const std::filesystem::path& certificate_path, const std::filesystem::path& key_path,
                     const std::vector<std::string>& names) {
    const KeyPointer key(EVP_EC_gen("P-256"));
    const CertificatePointer certificate = key ? signed_by_itself(key.get(), names) : nullptr;
    if (!certificate) return failed("cannot make a certificate: {}", openssl_error());
    const BioPointer key_text(BIO_new(BIO_s_mem())), certificate_text(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    PEM_write_bio_X509(certificate_text.get(), certificate.get());
    const mode_t mask = ::umask(0077);
    Status kept = write_file_atomic(key_path, written(key_text.get()));
    ::umask(mask);
    GOETIA_TRY(std::move(kept));
    return write_file_atomic(certificate_path, written(certificate_text.get()));
}

Result<CertificatePointer> read_certificate(const std::filesystem::path& path) {
    GOETIA_ASSIGN(const std::string text, read_file(path));
    const BioPointer memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    CertificatePointer certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
    if (!certificate) return invalid("'{}' has no certificate in PEM form: {}", path.string(), openssl_error());
    return certificate;
}

int base64_value(char letter) {
    if (letter >= 'A' && letter <= 'Z') return letter - 'A';
    if (letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
    if (letter >= '0' && letter <= '9') return letter - '0' + 52;
    if (letter == '+' || letter == '-') return 62;
    return letter == '/' || letter == '_' ? 63 : -1;
}

}  // namespace

Result<TlsIdentity> own_identity(const std::filesystem::path& folder, const std::vector<std::string>& names) {
    GOETIA_TRY(make_folders(folder));
    const std::filesystem::path certificate = folder / "certificate.pem", key = folder / "key.pem";
    std::error_code ignored;  // what cannot be looked at cannot be read below, which says so
    if (!std::filesystem::exists(certificate, ignored)) GOETIA_TRY(make_identity(certificate, key, names));
    return given_identity(certificate, key);
}

Result<TlsIdentity> given_identity(const std::filesystem::path& certificate, const std::filesystem::path& key) {
    GOETIA_ASSIGN(const CertificatePointer parsed, read_certificate(certificate));
    GOETIA_ASSIGN(const std::string key_text, read_file(key));
    const BioPointer memory(BIO_new_mem_buf(key_text.data(), static_cast<int>(key_text.size())));
    const KeyPointer private_key(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr));
    if (!private_key) return invalid("'{}' has no private key in PEM form: {}", key.string(), openssl_error());
    if (X509_check_private_key(parsed.get(), private_key.get()) != 1) {
        ERR_clear_error();
        return invalid("the key '{}' is not that of the certificate '{}'", key.string(), certificate.string());
    }
    return TlsIdentity{.certificate = certificate, .key = key, .pin = pin_of(parsed.get())};
}

std::string pin_of(void* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(static_cast<X509*>(certificate)), &der);
    if (size <= 0) return {};
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), &length, EVP_sha256(), nullptr);
    OPENSSL_free(der);
    return "sha256//" + base64({reinterpret_cast<const char*>(digest.data()), length});
}

bool is_pin(std::string_view text) {
    return text.starts_with("sha256//") && base64_decoded(text.substr(8)).size() == 32;
}

std::string base64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::string base64_url(std::string_view bytes) {
    std::string text = base64(bytes);
    std::erase(text, '=');
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

std::string base64_decoded(std::string_view text) {
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    std::string bytes;
    unsigned collected = 0;
    int bits = 0;
    for (const char letter : text) {
        const int value = base64_value(letter);
        if (value < 0) return {};
        collected = collected << 6U | static_cast<unsigned>(value);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(collected >> static_cast<unsigned>(bits) & 0xffU);
    }
    return bytes;
}

std::string random_secret() {
    std::array<unsigned char, 32> bytes{};
    if (RAND_bytes(bytes.data(), bytes.size()) != 1) std::abort();  // without random bytes nothing here is secret
    return base64_url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

bool same_secret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace goetia
