// Ed25519 signatures: whoever has the public key knows that a text comes from the holder of the private one.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace goetia {

class SigningKey {
  public:
    // Reads the key, or makes it (mode 0600) if there is none; of two processes that do so at once, both have the same.
    // kDenied when others may read it.
    static Result<SigningKey> open(const std::filesystem::path& file);

    [[nodiscard]] const std::string& public_key() const { return public_key_; }  // 64 hexadecimal digits
    [[nodiscard]] std::string sign(std::string_view text) const;                 // 128 hexadecimal digits

  private:
    SigningKey(std::shared_ptr<void> key, std::string public_key)
        : key_(std::move(key)), public_key_(std::move(public_key)) {}

    std::shared_ptr<void> key_;
    std::string public_key_;
};

// kDenied unless `signature` is that of `text` by the holder of the key.
Status check_signature(std::string_view text, std::string_view signature, std::string_view public_key);

}  // namespace goetia
