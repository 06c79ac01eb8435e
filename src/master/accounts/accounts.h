// Users, how they sign in, their sessions and tokens. What is valid is in Credentials, which the router asks; here it
// is made, stored and ended. Functions with a callback hash passwords: they answer from another thread. The others wait
// for the disk.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/json_fwd.h"
#include "master/accounts/password_hash.h"
#include "master/accounts/sign_in_limits.h"
#include "master/service/credentials.h"
#include "master/service/on_result.h"
#include "master/store/store.h"
#include "net/work_pool.h"

namespace goetia {

struct AccountOptions {
    PasswordCost cost;
    std::size_t waiting_hashes = 16;  // at most two are computed at once, and so many wait
    // At most 10 + 90 tries in an hour for a name; an address may be that of many people.
    TryLimit tries_of_name = {10, 40}, tries_of_address = {30, 2};
    std::function<void(const std::string& line)> log;
};

struct NewUser {
    std::string name, password, role, email, note;
};

struct SignedIn {
    std::string secret;  // of the session, for the cookie
    double expires_at = 0;
    std::shared_ptr<const Json> user;
};

struct NewToken {
    std::string name;
    std::set<std::string, std::less<>> scopes;  // none: all that its user may
    double seconds = 0;                         // how long it is valid
};

inline constexpr double kSessionSeconds = 7 * 86400.0, kSetUpSeconds = 15 * 60.0;

// The id of whoever comes with DATA/local.token; users have others.
inline constexpr std::string_view kLocalUser = "1";

class Accounts {
  public:
    static Result<std::unique_ptr<Accounts>> open(Store& store, Credentials& credentials, AccountOptions options);
    ~Accounts() { stop(); }
    Accounts(const Accounts&) = delete;
    Accounts& operator=(const Accounts&) = delete;
    void stop();

    // A token with which one person becomes the first administrator, in place of the one before; empty when there is an
    // administrator. Until then only people on this machine are answered.
    std::string renew_setup_token();
    void set_up(const std::string& token, NewUser user, OnResult<Json> done);

    // Users. A caller sees himself; administrators see all.
    Result<std::vector<Json>> users();
    Result<Json> user(const Caller& caller, const std::string& id);
    void create(const Caller& caller, NewUser user, OnResult<Json> done);
    // `seen`: only if that is the user's version; an error whose fault has the path "If-Match" says that it is not.
    using SeenVersion = std::optional<std::int64_t>;
    Result<Json> change(const Caller& caller, const std::string& id, const std::optional<std::string>& email,
                        const std::optional<std::string>& note, SeenVersion seen = {});
    Result<Json> change_role(const Caller& caller, const std::string& id, const std::string& role,
                             SeenVersion seen = {});
    // Whoever changes his own says the present one. It ends all sessions of the user.
    void change_password(const Caller& caller, const std::string& id, const std::string& present,
                         const std::string& password, const std::string& address, OnResult<Json> done);
    Result<Json> erase(const Caller& caller, const std::string& id);

    // Signing in fails with kDenied for a wrong name or password, whichever; with kUnavailable when it is tried too
    // often or too much waits: the fault with the path "Retry-After" has the seconds.
    void sign_in(const std::string& name, const std::string& password, const std::string& address,
                 OnResult<SignedIn> done);
    Status sign_out(const Caller& caller);
    Result<std::vector<Json>> sessions(const Caller& caller);
    Result<Json> end_session(const Caller& caller, const std::string& id);

    Result<Json> create_token(const Caller& caller, const NewToken& token);  // with the secret, this once
    Result<std::vector<Json>> tokens(const Caller& caller);
    Result<Json> revoke_token(const Caller& caller, const std::string& id);

  private:
    Accounts(Store& store, Credentials& credentials, AccountOptions options);
    Status start();
    Status load();
    void watch_expiry();
    // False, and `done` is told so, when too much waits.
    template <class T>
    bool hash_later(OnResult<T> done, std::function<void(const OnResult<T>&)> work);

    // Writes and waits; `then` is called when it is durable, in the order of the commits.
    Status write_then(Store::Work work, std::function<void()> then);
    Result<std::optional<UserRow>> row_of(const char* where, const std::string& value);
    using ChangeUser = std::function<Status(StoreTransaction&, UserRow&)>;
    Result<Json> change_row(const Caller& caller, const std::string& id, const std::string& action, SeenVersion seen,
                            const ChangeUser& change, std::function<void()> then = {});
    void add_user(const std::string& actor, NewUser user, bool is_first, OnResult<Json> done);
    void store_password(const Caller& caller, const std::string& id, const std::string& hash, OnResult<Json> done);
    void open_session(const UserRow& user, const std::string& address, const OnResult<SignedIn>& done);
    Result<std::vector<Json>> listed_tokens(const Caller& caller, const std::string& kind);
    Result<Json> end_token(const Caller& caller, const std::string& kind, const std::string& id);
    bool take_setup_token(const std::string& token);
    void note_administrator();

    Store& store_;
    Credentials& credentials_;
    AccountOptions options_;
    std::string nobodys_hash_;  // of no password: compared for names that nobody has, so that it takes as long
    SignInLimits limits_;

    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::string setup_hash_;  // empty: there is no token
    double setup_expires_ = 0;
    std::thread expiry_;
    WorkPool hashes_;
};

// As the API shows it.
Json shown_user(const UserRow& user);

Error too_much_waits(double seconds);

template <class T>
bool Accounts::hash_later(OnResult<T> done, std::function<void(const OnResult<T>&)> work) {
    const bool taken = hashes_.submit([done, work = std::move(work)] { work(done); });
    if (!taken) done(too_much_waits(1));
    return taken;
}

}  // namespace goetia
