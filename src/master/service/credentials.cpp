#include "master/service/credentials.h"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>

#include "base/clock.h"
#include "base/hash.h"
#include "net/server_address.h"
#include "net/tls.h"

namespace goetia {
namespace {

std::string bearer_secret(const HttpRequest& request) {
    const std::string header = request.headers.value("Authorization");
    const bool bearer = header.size() > 7 && same_word(std::string_view(header).substr(0, 7), "Bearer ");
    return bearer ? header.substr(7) : "";
}

// By any of its addresses: a name of the machine often leads to one that is not the loopback's.
bool is_this_machine(std::string_view address) {
    if (constexpr std::string_view kMapped = "::ffff:"; address.starts_with(kMapped))
        address.remove_prefix(kMapped.size());
    if (is_loopback(address)) return true;
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0) return false;
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owned(all, ::freeifaddrs);
    for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr) continue;
        const bool old = one->ifa_addr->sa_family == AF_INET;
        if (!old && one->ifa_addr->sa_family != AF_INET6) continue;
        std::array<char, NI_MAXHOST> name{};
        const auto size = static_cast<socklen_t>(old ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
        const int fault = ::getnameinfo(one->ifa_addr, size, name.data(), name.size(), nullptr, 0, NI_NUMERICHOST);
        if (fault == 0 && address == name.data()) return true;
    }
    return false;
}

bool changes_nothing(std::string_view method) { return method == "GET" || method == "HEAD"; }

Admission refused(int status, std::string sentence) { return {.status = status, .sentence = std::move(sentence)}; }

// Whether this caller may, whatever he came with.
Admission admit_caller(Caller caller, const Permission& permission) {
    const bool for_nodes = permission == kNodeOnly;
    if ((caller.role == "node") != for_nodes) {
        return refused(403, for_nodes ? "this is for the nodes of the pool" : "nodes may not do this");
    }
    if (!for_nodes && !permission.role.empty() && caller.role != permission.role) {
        return refused(403, "this is for the role '" + std::string(permission.role) + "'");
    }
    if (caller.scopes && !caller.scopes->contains(permission.name)) {
        return refused(403, "the token does not allow '" + std::string(permission.name) + "'");
    }
    return {.caller = std::move(caller)};
}

}  // namespace

std::string csrf_token(const std::string& session_secret) { return sha256_hex("csrf " + session_secret); }

std::string session_secret_in(const HttpRequest& request) {
    const std::string header = request.headers.value("Cookie");
    std::string_view cookies = header;
    while (!cookies.empty()) {
        std::string_view one = cookies.substr(0, cookies.find(';'));
        cookies.remove_prefix(std::min(cookies.size(), one.size() + 1));
        while (one.starts_with(' ')) one.remove_prefix(1);
        const std::size_t equals = one.find('=');
        if (equals != std::string_view::npos && one.substr(0, equals) == kSessionCookie)
            return std::string(one.substr(equals + 1));
    }
    return "";
}

void Credentials::add(const std::string& hash, Credential credential) {
    credential.caller.standing = std::make_shared<Standing>();
    const std::unique_lock lock(mutex_);
    credentials_[hash] = std::move(credential);
}

void Credentials::revoke_if(const std::function<bool(const Credential&)>& which) {
    std::vector<std::shared_ptr<Standing>> ended;
    {
        const std::unique_lock lock(mutex_);
        std::erase_if(credentials_, [&](const auto& entry) {
            const bool chosen = which(entry.second);
            if (chosen) ended.push_back(entry.second.caller.standing);
            return chosen;
        });
    }
    for (const std::shared_ptr<Standing>& standing : ended) standing->end();
}

void Credentials::revoke_all_of(const std::string& id, const std::string& role) {
    revoke_if([&](const Credential& one) { return one.caller.id == id && one.caller.role == role; });
}

void Credentials::change_role(const std::string& user, const std::string& role) {
    std::vector<std::shared_ptr<Standing>> ended;
    {
        const std::unique_lock lock(mutex_);
        for (auto& [hash, credential] : credentials_) {
            Caller& caller = credential.caller;
            if (caller.id != user || caller.role == "node") continue;
            ended.push_back(std::exchange(caller.standing, std::make_shared<Standing>()));
            caller.role = role;
        }
    }
    for (const std::shared_ptr<Standing>& standing : ended) standing->end();
}

void Credentials::end_expired(double now) {
    revoke_if([now](const Credential& one) { return one.expires_at != 0 && one.expires_at <= now; });
}

std::optional<Caller> Credentials::find(const std::string& secret, SecretWay way) const {
    const std::string hash = sha256_hex(secret);
    const std::shared_lock lock(mutex_);
    const auto found = credentials_.find(hash);
    if (found == credentials_.end() || found->second.way != way) return std::nullopt;
    const Credential& one = found->second;
    if (one.expires_at != 0 && one.expires_at <= to_seconds(now())) return std::nullopt;
    return one.caller;
}

bool Credentials::answers(const HttpRequest& request) const {
    return !this_machine_only_ || is_this_machine(request.peer);
}

Admission Credentials::admit(const HttpRequest& request, const Permission& permission) const {
    const bool for_nodes = permission == kNodeOnly;
    if (!for_nodes && !answers(request)) {
        return refused(403, "until its first administrator exists, this master answers people of its own machine only");
    }
    if (for_nodes && request.headers.find("Origin")) return refused(403, "this is not for pages");
    const std::string bearer = bearer_secret(request);
    const std::string session = bearer.empty() && !for_nodes ? session_secret_in(request) : "";
    if (bearer.empty() && session.empty()) return refused(401, "say who asks: 'Authorization: Bearer TOKEN'");
    std::optional<Caller> caller =
        bearer.empty() ? find(session, SecretWay::kCookie) : find(bearer, SecretWay::kBearer);
    if (!caller) {
        return refused(401, bearer.empty() ? "the session has ended; sign in again"
                                           : "the token is not known, or no longer valid");
    }
    const bool needs_csrf = bearer.empty() && !changes_nothing(request.method);
    if (needs_csrf && !same_secret(request.headers.value(kCsrfHeader), csrf_token(session))) {
        return refused(403, "the header '" + std::string(kCsrfHeader) + "' is missing or wrong");
    }
    return admit_caller(std::move(*caller), permission);
}

}  // namespace goetia
