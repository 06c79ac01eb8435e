// Who is behind a secret. Secrets are random and stored as their SHA-256; all that are valid are in memory, so that a
// request costs one look-up. Safe to call from several threads.
#pragma once

#include <map>
#include <optional>
#include <shared_mutex>
#include <string>

#include "net/route.h"
#include "net/router.h"
#include "pool/pool_types.h"

namespace goetia {

inline constexpr Permission kNodeOnly{"node", "node"};

class Credentials {
  public:
    // Both take the SHA-256 of the secret.
    void add(const std::string& hash, Caller caller);
    void revoke(const std::string& hash);
    void revoke_all_of(const std::string& id, const std::string& role);

    [[nodiscard]] std::optional<Caller> find(const std::string& secret) const;

    // For the router: the secret is in "Authorization: Bearer SECRET"; that of a node is NODE.SECRET. Nodes may do what
    // nodes may, and nothing else; nobody else may that.
    [[nodiscard]] Admission admit(const HttpRequest& request, const Permission& permission) const;

  private:
    mutable std::shared_mutex mutex_;
    std::map<std::string, Caller> callers_;  // by hash
};

}  // namespace goetia
