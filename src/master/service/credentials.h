// Who is behind a secret. Secrets are random and stored as their SHA-256; all that are valid are in memory, so that a
// request costs one look-up. Safe to call from several threads.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>

#include "net/route.h"
#include "net/router.h"
#include "pool/pool_types.h"

namespace goetia {

inline constexpr Permission kNodeOnly{"node", "node"};

// How a secret is brought: in "Authorization: Bearer SECRET", or by a browser as its cookie. What is asked with a
// cookie might be asked by somebody else's page, so that changes take the CSRF token too.
enum class SecretWay { kBearer, kCookie };

struct Credential {
    Caller caller;
    double expires_at = 0;  // seconds since 1970; 0: never
    SecretWay way = SecretWay::kBearer;
};

inline constexpr std::string_view kSessionCookie = "goetia_session";
inline constexpr std::string_view kCsrfHeader = "X-CSRF-Token";

// What the page of a session sends in kCsrfHeader. Whoever does not know the cookie does not know it.
std::string csrf_token(const std::string& session_secret);
// The secret in the request's cookie; empty: there is none.
std::string session_secret_in(const HttpRequest& request);

class Credentials {
  public:
    // Both take the SHA-256 of the secret.
    void add(const std::string& hash, Credential credential);
    void add(const std::string& hash, Caller caller) { add(hash, Credential{.caller = std::move(caller)}); }
    // What a revoked secret let in (sockets, downloads) ends with it.
    void revoke_if(const std::function<bool(const Credential&)>& which);
    void revoke_all_of(const std::string& id, const std::string& role);
    // Secrets stay valid, what they let in before ends.
    void change_role(const std::string& user, const std::string& role);
    void end_expired(double now);

    // Until somebody administers it, the master answers people of its own machine only.
    void answer_this_machine_only(bool only) { this_machine_only_ = only; }
    [[nodiscard]] bool answers(const HttpRequest& request) const;

    [[nodiscard]] std::optional<Caller> find(const std::string& secret, SecretWay way = SecretWay::kBearer) const;

    // For the router. The secret of a node is NODE.SECRET: nodes may do what nodes may, and nothing else; nobody else
    // may that. What is limited to scopes may no more than these.
    [[nodiscard]] Admission admit(const HttpRequest& request, const Permission& permission) const;

  private:
    mutable std::shared_mutex mutex_;
    std::map<std::string, Credential> credentials_;  // by hash
    std::atomic<bool> this_machine_only_{false};
};

}  // namespace goetia
