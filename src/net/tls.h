// The server's key and certificate, and the pin by which clients know it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace goetia {

struct TlsIdentity {
    std::filesystem::path certificate;  // PEM: the server's own first, then those that vouch for it
    std::filesystem::path key;          // PEM
    // The SHA-256 of the certificate's public key as curl's --pinnedpubkey takes it: "sha256//" and Base64. It stays
    // the same when the certificate is renewed with the same key.
    std::string pin;
};

// The identity kept in `folder` (key.pem with mode 0600, certificate.pem), made at the first call: an EC key on P-256
// and a certificate for `names` (host names and addresses) that it signs itself, for ten years.
Result<TlsIdentity> own_identity(const std::filesystem::path& folder, const std::vector<std::string>& names);

// A certificate and its key that somebody else made; kInvalid when they do not belong together.
Result<TlsIdentity> given_identity(const std::filesystem::path& certificate, const std::filesystem::path& key);

bool is_pin(std::string_view text);

// The pin of a certificate in OpenSSL's hands (X509*).
std::string pin_of(void* certificate);

std::string base64(std::string_view bytes);
// As base64(), with - and _ and no padding, for addresses and file names.
std::string base64_url(std::string_view bytes);
// Either of the two alphabets; empty when `text` is neither.
std::string base64_decoded(std::string_view text);

// 256 bits from the kernel as 43 letters, for tokens and secrets.
std::string random_secret();

// Whether two secrets are the same, in a time that does not tell how much of them is.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace goetia
