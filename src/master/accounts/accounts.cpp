// The service as a whole; users are created and shown.
#include "master/accounts/accounts.h"

#include <algorithm>
#include <future>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/accounts/account_rows.h"
#include "master/accounts/account_rules.h"
#include "master/service/ownership.h"
#include "net/tls.h"

namespace goetia {
namespace {

constexpr int kHashThreads = 2;  // a hash takes much memory, so that nobody may ask for many at once

Status check_new_user(const NewUser& user) {
    Error error{Code::kInvalid, "the account has faults", {}};
    check_user_name(user.name, error.faults);
    check_password(user.password, error.faults);
    check_email(user.email, error.faults);
    check_note(user.note, error.faults);
    return error.faults.empty() ? Status() : Status(std::move(error));
}

// A number that no user has had.
Result<std::string> draw_user_id(StoreTransaction& change) {
    std::int64_t id = 2;
    GOETIA_TRY(change.sql().query("SELECT number FROM settings WHERE name = 'user_ids'", {},
                                  [&](const SqlRow& row) { id = row.integer(0); }));
    GOETIA_TRY(change.put(SettingRow{"user_ids", id + 1, ""}));
    return std::to_string(id);
}

// The name must not look like another's either.
Status check_name_is_free(StoreTransaction& change, const std::string& name) {
    GOETIA_ASSIGN(const std::int64_t same,
                  count_of(change.sql(), "SELECT COUNT(*) FROM users WHERE LOWER(name) = LOWER($1)", {name}));
    if (same == 0) return {};
    const std::string message = fmt::format("there is a user '{}' already", name);
    return Error{Code::kWrongState, message, {{.path = "name", .message = message, .found = name}}};
}

}  // namespace

Error no_user(const std::string& id) { return not_found("there is no user '{}'", id); }

Json user_body(const UserRow& row) {
    const Result<Json> body = parse_json(row.body, "the store's row of a user");
    return body && body->is_object() ? *body : Json::object();
}

Result<std::int64_t> count_of(SqlConnection& database, std::string_view statement,
                              std::initializer_list<SqlValue> values) {
    std::int64_t count = 0;
    GOETIA_TRY(database.query(statement, values, [&](const SqlRow& row) { count = row.integer(0); }));
    return count;
}

Json shown_user(const UserRow& user) {
    const Json body = user_body(user);
    return {{"id", user.id},
            {"name", user.name},
            {"role", user.role},
            {"email", body.value("email", "")},
            {"note", body.value("note", "")},
            {"created_at", user.created_at},
            {"updated_at", user.updated_at},
            {"etag", std::to_string(user.version)}};
}

Error too_much_waits(double seconds) {
    const std::string wait = fmt::format("{:.0f}", std::max(seconds, 1.0));
    const std::string message = fmt::format("too many attempts; try again in {} s", wait);
    return {Code::kUnavailable, message, {{.path = "Retry-After", .message = message, .found = wait}}};
}

Accounts::Accounts(Store& store, Credentials& credentials, AccountOptions options)
    : store_(store),
      credentials_(credentials),
      options_(std::move(options)),
      limits_(options_.tries_of_name, options_.tries_of_address),
      hashes_(kHashThreads, options_.waiting_hashes) {}

Result<std::unique_ptr<Accounts>> Accounts::open(Store& store, Credentials& credentials, AccountOptions options) {
    std::unique_ptr<Accounts> accounts(new Accounts(store, credentials, std::move(options)));
    GOETIA_TRY(accounts->start());
    return accounts;
}

Status Accounts::start() {
    GOETIA_ASSIGN(nobodys_hash_, hash_password(random_secret(), options_.cost));
    GOETIA_TRY(load());
    GOETIA_ASSIGN(const std::vector<Json> known, users());
    const bool has_admin =
        std::any_of(known.begin(), known.end(), [](const Json& user) { return user["role"] == kSuperAdmin; });
    credentials_.answer_this_machine_only(!has_admin);
    expiry_ = std::thread([this] { watch_expiry(); });
    return {};
}

void Accounts::stop() {
    hashes_.stop();
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (!expiry_.joinable()) return;
    expiry_.join();
    // What was submitted calls back into this; nothing of it is left behind this piece of work.
    const Status last = store_.write([](StoreTransaction&) { return Status(); });
    if (!last && options_.log) options_.log("while accounts stopped: " + to_string(last.error()));
}

// Sockets and downloads end with the token that let them in.
void Accounts::watch_expiry() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_; })) {
        lock.unlock();
        credentials_.end_expired(wall_seconds());
        lock.lock();
    }
}

Status Accounts::write_then(Store::Work work, std::function<void()> then) {
    const auto outcome = std::make_shared<std::promise<Status>>();
    std::future<Status> coming = outcome->get_future();
    store_.submit(std::move(work), [outcome, then = std::move(then)](Status status) {
        if (status && then) then();
        outcome->set_value(std::move(status));
    });
    return coming.get();
}

Result<std::optional<UserRow>> Accounts::row_of(const char* where, const std::string& value) {
    std::vector<UserRow> rows;
    GOETIA_TRY(store_.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(rows, rows_where<UserRow>(database, where, {value}));
        return {};
    }));
    return rows.empty() ? std::optional<UserRow>() : std::optional(std::move(rows[0]));
}

Result<std::vector<Json>> Accounts::users() {
    std::vector<Json> shown;
    GOETIA_TRY(store_.read([&](SqlConnection& database) {
        return each_row<UserRow>(database, " ORDER BY name", {},
                                 [&](const UserRow& row) { shown.push_back(shown_user(row)); });
    }));
    return shown;
}

Result<Json> Accounts::user(const Caller& caller, const std::string& id) {
    if (!may_see(caller, id)) return no_user(id);
    if (id == kLocalUser && caller.id == kLocalUser) {
        return Json{{"id", id},   {"name", caller.name}, {"role", caller.role}, {"email", ""},
                    {"note", ""}, {"created_at", 0},     {"updated_at", 0},     {"etag", "0"}};
    }
    GOETIA_ASSIGN(const std::optional<UserRow> row, row_of(" WHERE id = $1", id));
    return row ? Result<Json>(shown_user(*row)) : Result<Json>(no_user(id));
}

bool Accounts::take_setup_token(const std::string& token) {
    const std::scoped_lock lock(mutex_);
    if (setup_hash_.empty() || setup_expires_ <= wall_seconds() || sha256_hex(token) != setup_hash_) return false;
    setup_hash_.clear();
    return true;
}

std::string Accounts::renew_setup_token() {
    const Result<std::vector<Json>> known = users();
    const bool has_admin = !known || std::any_of(known->begin(), known->end(),
                                                 [](const Json& user) { return user["role"] == kSuperAdmin; });
    if (has_admin) return "";
    const std::string token = random_secret();
    const std::scoped_lock lock(mutex_);
    setup_hash_ = sha256_hex(token);
    setup_expires_ = wall_seconds() + kSetUpSeconds;
    return token;
}

void Accounts::note_administrator() {
    credentials_.answer_this_machine_only(false);
    const std::scoped_lock lock(mutex_);
    setup_hash_.clear();
}

// The token is used up before the password is hashed, so that of many at once one goes on; a set-up that fails gives it
// back.
void Accounts::set_up(const std::string& token, NewUser user, OnResult<Json> done) {
    user.role = kSuperAdmin;
    if (Status checked = check_new_user(user); !checked) return done(std::move(checked).error());
    const double expires = [&] {
        const std::scoped_lock lock(mutex_);
        return setup_expires_;
    }();
    if (!take_setup_token(token)) {
        return done(make_error(
            Code::kDenied, "the link is not known, was used, or has expired; start the master again for a new one"));
    }
    add_user("setup", std::move(user), true, [this, token, expires, done = std::move(done)](Result<Json> made) {
        if (!made) {
            const std::scoped_lock lock(mutex_);
            setup_hash_ = sha256_hex(token), setup_expires_ = expires;
        }
        done(std::move(made));
    });
}

void Accounts::create(const Caller& caller, NewUser user, OnResult<Json> done) {
    if (Status checked = check_new_user(user); !checked) return done(std::move(checked).error());
    add_user(caller.name, std::move(user), false, std::move(done));
}

void Accounts::add_user(const std::string& actor, NewUser user, bool is_first, OnResult<Json> done) {
    const auto asked = std::make_shared<const NewUser>(std::move(user));
    hash_later<Json>(std::move(done), [this, actor, asked, is_first](const OnResult<Json>& answer) {
        Result<std::string> hash = hash_password(asked->password, options_.cost);
        if (!hash) return answer(std::move(hash).error());
        const double time = wall_seconds();
        const auto row =
            std::make_shared<UserRow>(UserRow{.name = asked->name,
                                              .role = asked->role,
                                              .password = std::move(*hash),
                                              .state = "active",
                                              .created_at = time,
                                              .updated_at = time,
                                              .version = 1,
                                              .body = json_text({{"email", asked->email}, {"note", asked->note}})});
        const auto work = [actor, row, is_first](StoreTransaction& change) -> Status {
            GOETIA_TRY(check_name_is_free(change, row->name));
            if (is_first) {
                GOETIA_ASSIGN(const std::int64_t admins,
                              count_of(change.sql(), "SELECT COUNT(*) FROM users WHERE role = $1", {row->role}));
                if (admins > 0) return make_error(Code::kWrongState, "the first administrator was made already");
            }
            GOETIA_ASSIGN(row->id, draw_user_id(change));
            GOETIA_TRY(change.put(*row));
            return change.audit({.time = row->created_at,
                                 .actor = actor,
                                 .action = "user.create",
                                 .subject = row->id,
                                 .detail = row->name + " as " + row->role});
        };
        store_.submit(work, [this, row, answer](const Status& status) {
            if (!status) return answer(status.error());
            if (row->role == kSuperAdmin) note_administrator();
            answer(shown_user(*row));
        });
    });
}

}  // namespace goetia
