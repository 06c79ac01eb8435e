#include "master/accounts/password_hash.h"

#include <array>

#include <sodium.h>

namespace goetia {

Result<std::string> hash_password(const std::string& password, const PasswordCost& cost) {
    std::array<char, crypto_pwhash_argon2id_STRBYTES> hash{};
    if (sodium_init() < 0) return failed("the library of passwords does not start");
    if (crypto_pwhash_argon2id_str(hash.data(), password.data(), password.size(), cost.passes, cost.memory) != 0) {
        return make_error(Code::kUnavailable, "there is not enough memory to hash a password; try again later");
    }
    return std::string(hash.data());
}

bool is_password(const std::string& hash, const std::string& password) {
    return sodium_init() >= 0 && hash.size() < crypto_pwhash_argon2id_STRBYTES &&
           crypto_pwhash_argon2id_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

}  // namespace goetia
