// Signing in, sessions, and API tokens.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/hash.h"
#include "base/json.h"
#include "master/accounts/account_rows.h"
#include "master/accounts/account_rules.h"
#include "master/accounts/accounts.h"
#include "master/service/ownership.h"
#include "net/tls.h"
#include "protocol/names.h"

namespace goetia {
namespace {

constexpr std::size_t kMostSessions = 50, kMostTokens = 200;  // of one user
constexpr std::string_view kTokenPrefix = "goetia_";          // by which one that was published is found

std::shared_ptr<const std::set<std::string, std::less<>>> scopes_of(const std::string& text) {
    if (text.empty()) return nullptr;
    auto scopes = std::make_shared<std::set<std::string, std::less<>>>();
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        scopes->insert(text.substr(at, end - at));
        at = end + 1;
    }
    return scopes;
}

Credential credential_of(const TokenRow& row, const std::string& name, const std::string& role) {
    return {
        .caller = {.id = row.owner, .name = name, .role = role, .scopes = scopes_of(row.scopes), .credential = row.id},
        .expires_at = row.expires_at,
        .way = row.kind == "session" ? SecretWay::kCookie : SecretWay::kBearer};
}

Result<std::vector<TokenRow>> live_tokens(SqlConnection& database, const std::string& owner, const std::string& kind,
                                          double time) {
    return rows_where<TokenRow>(
        database, " WHERE owner = $1 AND kind = $2 AND revoked_at = 0 AND expires_at > $3 ORDER BY created_at, id",
        {owner, kind, time});
}

Json shown_token(const TokenRow& row, const Caller& caller) {
    Json shown = {{"id", row.id},
                  {"name", row.name},
                  {"created_at", row.created_at},
                  {"expires_at", row.expires_at},
                  {"current", row.id == caller.credential}};
    if (row.kind == "api") shown["scopes"] = scopes_of(row.scopes) ? Json(*scopes_of(row.scopes)) : Json::array();
    else shown["address"] = row.name, shown.erase("name");
    return shown;
}

// Whoever is limited to scopes cannot give more than these.
Status check_scopes(const Caller& caller, const NewToken& token) {
    if (!caller.scopes) return {};
    Error error{Code::kInvalid, "a token cannot make one that may more than itself", {}};
    if (token.scopes.empty())
        error.faults.push_back({.path = "scopes", .message = "needed, since the token that asks is limited too"});
    for (const std::string& scope : token.scopes) {
        if (!caller.scopes->contains(scope))
            error.faults.push_back({.path = "scopes", .message = "not one of the token that asks", .found = scope});
    }
    return error.faults.empty() ? Status() : Status(std::move(error));
}

}  // namespace

Status Accounts::load() {
    GOETIA_TRY(store_.write([time = wall_seconds()](StoreTransaction& change) {
        return change.sql().run(
            "DELETE FROM tokens WHERE kind IN ('session', 'api') AND (expires_at <= $1 OR revoked_at > 0)", {time});
    }));
    return store_.read([this](SqlConnection& database) -> Status {
        std::map<std::string, UserRow> users;
        GOETIA_TRY(each_row<UserRow>(database, "", {}, [&](UserRow row) { users[row.id] = std::move(row); }));
        return each_row<TokenRow>(
            database, " WHERE kind IN ('session', 'api') AND revoked_at = 0", {}, [&](const TokenRow& row) {
                const auto user = users.find(row.owner);
                if (user != users.end())
                    credentials_.add(row.hash, credential_of(row, user->second.name, user->second.role));
                else if (row.owner == kLocalUser)
                    credentials_.add(row.hash, credential_of(row, "local", std::string(kSuperAdmin)));
            });
    });
}

void Accounts::sign_in(const std::string& name, const std::string& password, const std::string& address,
                       OnResult<SignedIn> done) {
    const Error wrong = make_error(Code::kDenied, "the user name or the password is wrong");
    const bool possible =
        name.size() <= 4 * kLongestUserName && password.size() <= kLongestPassword && is_plain_text(name);
    if (!possible) return done(wrong);
    const double wait = limits_.take(name, address, steady_seconds());
    if (wait > 0) return done(too_much_waits(wait));
    const bool taken =
        hash_later<SignedIn>(done, [this, name, password, address, wrong](const OnResult<SignedIn>& answer) {
            const Result<std::optional<UserRow>> user = row_of(" WHERE name = $1", name);
            if (!user) return answer(user.error());
            const bool right = is_password(*user ? (*user)->password : nobodys_hash_, password) && *user;
            if (!right) return answer(wrong);
            limits_.give_back(name, address, steady_seconds());
            open_session(**user, address, answer);
        });
    if (!taken) limits_.give_back(name, address, steady_seconds());  // nothing was found out
}

void Accounts::open_session(const UserRow& user, const std::string& address, const OnResult<SignedIn>& done) {
    const std::string secret = random_secret();
    const double time = wall_seconds();
    const TokenRow row{.hash = sha256_hex(secret),
                       .id = random_secret().substr(0, 12),
                       .kind = "session",
                       .owner = user.id,
                       .name = address,
                       .created_at = time,
                       .expires_at = time + kSessionSeconds};
    const auto now_stored = std::make_shared<UserRow>();
    const auto ended = std::make_shared<std::set<std::string>>();  // ids of the sessions that make room
    const auto work = [user, row, time, now_stored, ended](StoreTransaction& change) -> Status {
        GOETIA_ASSIGN(std::vector<UserRow> rows, rows_where<UserRow>(change.sql(), " WHERE id = $1", {user.id}));
        if (rows.empty() || rows[0].password != user.password) {  // changed since it was compared
            return make_error(Code::kDenied, "the user name or the password is wrong");
        }
        *now_stored = std::move(rows[0]);
        GOETIA_ASSIGN(const std::vector<TokenRow> open, live_tokens(change.sql(), user.id, "session", time));
        ended->clear();
        for (std::size_t i = 0; i + kMostSessions <= open.size(); ++i) {
            ended->insert(open[i].id);
            GOETIA_TRY(change.sql().run("UPDATE tokens SET revoked_at = $1 WHERE id = $2", {time, open[i].id}));
        }
        GOETIA_TRY(change.put(row));
        return change.audit({.time = time,
                             .actor = user.name,
                             .action = "session.open",
                             .subject = row.id,
                             .detail = "from " + row.name});
    };
    store_.submit(work, [this, row, secret, now_stored, ended, done](const Status& status) {
        if (!status) return done(status.error());
        credentials_.add(row.hash, credential_of(row, now_stored->name, now_stored->role));
        credentials_.revoke_if([&](const Credential& one) { return ended->contains(one.caller.credential); });
        done(SignedIn{secret, row.expires_at, std::make_shared<const Json>(shown_user(*now_stored))});
    });
}

Status Accounts::sign_out(const Caller& caller) {
    GOETIA_TRY(end_token(caller, "session", caller.credential));
    return {};
}

Result<std::vector<Json>> Accounts::listed_tokens(const Caller& caller, const std::string& kind) {
    std::vector<Json> shown;
    GOETIA_TRY(store_.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(const std::vector<TokenRow> rows, live_tokens(database, caller.id, kind, wall_seconds()));
        for (const TokenRow& row : rows) shown.push_back(shown_token(row, caller));
        return {};
    }));
    return shown;
}

Result<Json> Accounts::end_token(const Caller& caller, const std::string& kind, const std::string& id) {
    const double time = wall_seconds();
    const auto work = [&](StoreTransaction& change) -> Status {
        GOETIA_ASSIGN(const std::vector<TokenRow> open, live_tokens(change.sql(), caller.id, kind, time));
        const bool known = std::any_of(open.begin(), open.end(), [&](const TokenRow& row) { return row.id == id; });
        if (!known) return not_found("there is no {} '{}'", kind == "api" ? "token" : "session", id);
        GOETIA_TRY(change.sql().run("UPDATE tokens SET revoked_at = $1 WHERE id = $2", {time, id}));
        return change.audit({.time = time,
                             .actor = caller.name,
                             .action = kind == "api" ? "token.revoke" : "session.end",
                             .subject = id});
    };
    GOETIA_TRY(write_then(
        work, [&] { credentials_.revoke_if([&](const Credential& one) { return one.caller.credential == id; }); }));
    return Json{{"id", id}, {"ended", true}};
}

Result<std::vector<Json>> Accounts::sessions(const Caller& caller) { return listed_tokens(caller, "session"); }
Result<std::vector<Json>> Accounts::tokens(const Caller& caller) { return listed_tokens(caller, "api"); }

Result<Json> Accounts::end_session(const Caller& caller, const std::string& id) {
    return end_token(caller, "session", id);
}

Result<Json> Accounts::revoke_token(const Caller& caller, const std::string& id) {
    return end_token(caller, "api", id);
}

Result<Json> Accounts::create_token(const Caller& caller, const NewToken& token) {
    GOETIA_TRY(check_scopes(caller, token));
    Error error{Code::kInvalid, "the token has faults", {}};
    check_note(token.name, error.faults);
    if (!error.faults.empty()) {
        error.faults[0].path = "name";
        return error;
    }
    const std::string secret = std::string(kTokenPrefix) + random_secret();
    const double time = wall_seconds();
    const TokenRow row{.hash = sha256_hex(secret),
                       .id = random_secret().substr(0, 12),
                       .kind = "api",
                       .owner = caller.id,
                       .name = token.name,
                       .scopes = fmt::format("{}", fmt::join(token.scopes, " ")),
                       .created_at = time,
                       .expires_at = time + token.seconds};
    std::string role(kSuperAdmin), name = caller.name;
    const auto work = [&](StoreTransaction& change) -> Status {
        GOETIA_ASSIGN(const std::vector<UserRow> rows,
                      rows_where<UserRow>(change.sql(), " WHERE id = $1", {caller.id}));
        if (rows.empty() && caller.id != kLocalUser) return make_error(Code::kDenied, "this account was deleted");
        if (!rows.empty()) role = rows[0].role, name = rows[0].name;
        GOETIA_ASSIGN(const std::vector<TokenRow> open, live_tokens(change.sql(), caller.id, "api", time));
        if (open.size() >= kMostTokens)
            return make_error(Code::kWrongState, "this account has {} tokens, the most that are possible; revoke some",
                              open.size());
        GOETIA_TRY(change.put(row));
        return change.audit({.time = time,
                             .actor = caller.name,
                             .action = "token.create",
                             .subject = row.id,
                             .detail = row.scopes.empty() ? "all" : row.scopes});
    };
    GOETIA_TRY(write_then(work, [&] { credentials_.add(row.hash, credential_of(row, name, role)); }));
    Json shown = shown_token(row, caller);
    shown["token"] = secret;
    return shown;
}

}  // namespace goetia
