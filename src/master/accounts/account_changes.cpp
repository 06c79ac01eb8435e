// Users are changed and deleted.
#include "base/json.h"
#include "base/json_text.h"
#include "master/accounts/account_rows.h"
#include "master/accounts/account_rules.h"
#include "master/accounts/accounts.h"
#include "master/service/ownership.h"

namespace goetia {
namespace {

// There must be another administrator when this one is none any more.
Status check_not_last(StoreTransaction& change, const UserRow& user) {
    if (user.role != kSuperAdmin) return {};
    GOETIA_ASSIGN(const std::int64_t others,
                  count_of(change.sql(), "SELECT COUNT(*) FROM users WHERE role = $1 AND id <> $2",
                           {std::string(kSuperAdmin), user.id}));
    return others > 0 ? Status() : Status(make_error(Code::kWrongState, "this is the last super administrator"));
}

Status check_seen(const UserRow& row, const std::optional<std::int64_t>& seen) {
    if (!seen || *seen == row.version) return {};
    const std::string message = "it was changed since you read it";
    return Error{Code::kWrongState,
                 message,
                 {{.path = "If-Match",
                   .message = message,
                   .found = std::to_string(*seen),
                   .allowed = std::to_string(row.version)}}};
}

}  // namespace

// Reads the user, lets `change` change him, writes him and the audit; one transaction.
Result<Json> Accounts::change_row(const Caller& caller, const std::string& id, const std::string& action,
                                  SeenVersion seen, const ChangeUser& change, std::function<void()> then) {
    if (!may_see(caller, id)) return no_user(id);
    UserRow row;
    const auto work = [&](StoreTransaction& transaction) -> Status {
        GOETIA_ASSIGN(std::vector<UserRow> rows, rows_where<UserRow>(transaction.sql(), " WHERE id = $1", {id}));
        if (rows.empty()) return no_user(id);
        row = std::move(rows[0]);
        GOETIA_TRY(check_seen(row, seen));
        row.updated_at = wall_seconds();
        ++row.version;
        GOETIA_TRY(change(transaction, row));
        return transaction.audit({.time = row.updated_at,
                                  .actor = caller.name,
                                  .action = action,
                                  .subject = id,
                                  .detail = action == "user.role" ? row.role : ""});
    };
    GOETIA_TRY(write_then(work, std::move(then)));
    return shown_user(row);
}

Result<Json> Accounts::change(const Caller& caller, const std::string& id, const std::optional<std::string>& email,
                              const std::optional<std::string>& note, SeenVersion seen) {
    Error error{Code::kInvalid, "the account has faults", {}};
    if (email) check_email(*email, error.faults);
    if (note) check_note(*note, error.faults);
    if (!error.faults.empty()) return error;
    return change_row(caller, id, "user.change", seen, [&](StoreTransaction& change, UserRow& row) {
        Json body = user_body(row);
        if (email) body["email"] = *email;
        if (note) body["note"] = *note;
        row.body = json_text(body);
        return change.put(row);
    });
}

Result<Json> Accounts::change_role(const Caller& caller, const std::string& id, const std::string& role,
                                   SeenVersion seen) {
    const auto change = [&](StoreTransaction& transaction, UserRow& row) -> Status {
        if (role != kSuperAdmin) GOETIA_TRY(check_not_last(transaction, row));
        row.role = role;
        return transaction.put(row);
    };
    return change_row(caller, id, "user.role", seen, change, [&] {
        credentials_.change_role(id, role);
        if (role == kSuperAdmin) note_administrator();
    });
}

void Accounts::change_password(const Caller& caller, const std::string& id, const std::string& present,
                               const std::string& password, const std::string& address, OnResult<Json> done) {
    if (!may_see(caller, id)) return done(no_user(id));
    Error error{Code::kInvalid, "the account has faults", {}};
    check_password(password, error.faults);
    if (!error.faults.empty()) return done(std::move(error));
    const bool own = caller.id == id;
    if (own) {
        const double wait = limits_.take(caller.name, address, steady_seconds());
        if (wait > 0) return done(too_much_waits(wait));
    }
    hash_later<Json>(std::move(done),
                     [this, caller, id, own, present, password, address](const OnResult<Json>& answer) {
                         const Result<std::optional<UserRow>> user = row_of(" WHERE id = $1", id);
                         if (!user) return answer(user.error());
                         if (!*user) return answer(no_user(id));
                         if (own && !is_password((*user)->password, present)) {
                             return answer(Error{Code::kInvalid,
                                                 "the present password is wrong",
                                                 {{.path = "present", .message = "the present password is wrong"}}});
                         }
                         if (own) limits_.give_back(caller.name, address, steady_seconds());
                         const Result<std::string> hash = hash_password(password, options_.cost);
                         if (!hash) return answer(hash.error());
                         store_password(caller, id, *hash, answer);
                     });
}

void Accounts::store_password(const Caller& caller, const std::string& id, const std::string& hash,
                              OnResult<Json> done) {
    const auto row = std::make_shared<UserRow>();
    const double time = wall_seconds();
    const auto work = [actor = caller.name, id, hash, row, time](StoreTransaction& change) -> Status {
        GOETIA_ASSIGN(std::vector<UserRow> rows, rows_where<UserRow>(change.sql(), " WHERE id = $1", {id}));
        if (rows.empty()) return no_user(id);
        *row = std::move(rows[0]);
        row->password = hash;
        row->updated_at = time;
        ++row->version;
        GOETIA_TRY(change.put(*row));
        GOETIA_TRY(change.sql().run(
            "UPDATE tokens SET revoked_at = $1 WHERE owner = $2 AND kind = 'session' AND revoked_at = 0", {time, id}));
        return change.audit({.time = time, .actor = actor, .action = "user.password", .subject = id});
    };
    store_.submit(work, [this, id, row, done = std::move(done)](const Status& status) {
        if (!status) return done(status.error());
        credentials_.revoke_if(
            [&](const Credential& one) { return one.way == SecretWay::kCookie && one.caller.id == id; });
        done(shown_user(*row));
    });
}

Result<Json> Accounts::erase(const Caller& caller, const std::string& id) {
    if (!may_see(caller, id)) return no_user(id);
    if (caller.id == id) return make_error(Code::kWrongState, "nobody deletes himself");
    const double time = wall_seconds();
    const auto work = [&](StoreTransaction& change) -> Status {
        GOETIA_ASSIGN(const std::vector<UserRow> rows, rows_where<UserRow>(change.sql(), " WHERE id = $1", {id}));
        if (rows.empty()) return no_user(id);
        GOETIA_TRY(check_not_last(change, rows[0]));
        GOETIA_TRY(change.sql().run("DELETE FROM users WHERE id = $1", {id}));
        GOETIA_TRY(change.sql().run(
            "UPDATE tokens SET revoked_at = $1 WHERE owner = $2 AND kind IN ('session', 'api') AND revoked_at = 0",
            {time, id}));
        return change.audit(
            {.time = time, .actor = caller.name, .action = "user.delete", .subject = id, .detail = rows[0].name});
    };
    GOETIA_TRY(write_then(work, [&] {
        credentials_.revoke_if([&](const Credential& one) { return one.caller.id == id && one.caller.role != "node"; });
    }));
    return Json{{"id", id}, {"deleted", true}};
}

}  // namespace goetia
