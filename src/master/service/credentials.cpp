#include "master/service/credentials.h"

#include <mutex>

#include "base/hash.h"

namespace goetia {

void Credentials::add(const std::string& hash, Caller caller) {
    const std::unique_lock lock(mutex_);
    callers_[hash] = std::move(caller);
}

void Credentials::revoke(const std::string& hash) {
    const std::unique_lock lock(mutex_);
    callers_.erase(hash);
}

void Credentials::revoke_all_of(const std::string& id, const std::string& role) {
    const std::unique_lock lock(mutex_);
    std::erase_if(callers_, [&](const auto& entry) { return entry.second.id == id && entry.second.role == role; });
}

std::optional<Caller> Credentials::find(const std::string& secret) const {
    const std::string hash = sha256_hex(secret);
    const std::shared_lock lock(mutex_);
    const auto found = callers_.find(hash);
    return found == callers_.end() ? std::nullopt : std::optional(found->second);
}

Admission Credentials::admit(const HttpRequest& request, const Permission& permission) const {
    const std::string header = request.headers.value("Authorization");
    const bool bearer = header.size() > 7 && same_word(std::string_view(header).substr(0, 7), "Bearer ");
    if (!bearer) return {.status = 401, .sentence = "say who asks: 'Authorization: Bearer TOKEN'"};
    std::optional<Caller> caller = find(header.substr(7));
    if (!caller) return {.status = 401, .sentence = "the token is not known, or no longer valid"};
    const bool for_nodes = permission == kNodeOnly;
    if ((caller->role == "node") != for_nodes) {
        return {.status = 403, .sentence = for_nodes ? "this is for the nodes of the pool" : "nodes may not do this"};
    }
    if (!for_nodes && !permission.role.empty() && caller->role != permission.role) {
        return {.status = 403, .sentence = "this is for the role '" + std::string(permission.role) + "'"};
    }
    return {.caller = std::move(caller)};
}

}  // namespace goetia
