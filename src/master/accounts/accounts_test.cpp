// The service alone, on both databases. What programs see of it is tested with the API.
#include "master/accounts/accounts.h"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/json.h"
#include "master/accounts/audit_log.h"
#include "master/service/ownership.h"
#include "testkit/private_server.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

constexpr const char* kPassword = "Passw0rd";

template <class T, class Ask>
Result<T> awaited(const Ask& ask) {
    std::promise<Result<T>> outcome;
    ask([&](Result<T> result) { outcome.set_value(std::move(result)); });
    return outcome.get_future().get();
}

class AccountsTest : public ::testing::TestWithParam<SqlEngine> {
  protected:
    AccountsTest() {
        std::string url;
        if (GetParam() == SqlEngine::kPostgres) url = testkit::PrivatePostgres::instance().database("accounts");
        store = std::move(*Store::open({.data = folder.path(), .url = url}));
        accounts = std::move(*Accounts::open(*store, credentials, {.cost = kCheapPasswords}));
    }
    std::string create(const std::string& name, std::string_view role = kTrainer) {
        const auto made = awaited<Json>([&](OnResult<Json> done) {
            accounts->create(local, {.name = name, .password = kPassword, .role = std::string(role)}, std::move(done));
        });
        return made ? made->value("id", "") : made.error().message;
    }
    Result<SignedIn> sign_in(const std::string& name, const std::string& password = kPassword) {
        return awaited<SignedIn>(
            [&](OnResult<SignedIn> done) { accounts->sign_in(name, password, "10.0.0.1", std::move(done)); });
    }
    Result<Caller> session(const SignedIn& signed_in) {
        const auto caller = credentials.find(signed_in.secret, SecretWay::kCookie);
        return caller ? Result<Caller>(*caller) : Result<Caller>(make_error(Code::kDenied, "none"));
    }

    const Caller local{.id = std::string(kLocalUser), .name = "local", .role = std::string(kSuperAdmin)};
    testkit::TemporaryFolder folder;
    Credentials credentials;
    std::unique_ptr<Store> store;
    std::unique_ptr<Accounts> accounts;
};

TEST_P(AccountsTest, CreatesSignsInChangesAndDeletes) {
    const std::string admin = create("admin_1", kSuperAdmin), anna = create("安娜训练员");
    EXPECT_EQ(admin, "2");
    EXPECT_EQ(anna, "3");
    EXPECT_EQ(create("ADMIN_1"), "there is a user 'ADMIN_1' already");
    const auto opened = sign_in("安娜训练员");
    ASSERT_TRUE(opened) << opened.error().message;
    const auto caller = session(*opened);
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->id, anna);
    EXPECT_EQ(sign_in("安娜训练员", "Passw0rd1").error().code, Code::kDenied);
    EXPECT_EQ(accounts->change(*caller, anna, "a@example.com", std::nullopt)->at("email"), "a@example.com");
    EXPECT_EQ(accounts->change(*caller, admin, "a@example.com", std::nullopt).error().code, Code::kNotFound);
    EXPECT_EQ(accounts->change(*caller, anna, "", std::nullopt, 1).error().faults.at(0).path, "If-Match");
    EXPECT_EQ(accounts->change_role(local, admin, std::string(kTrainer)).error().code, Code::kWrongState);
    ASSERT_TRUE(accounts->change_role(local, anna, std::string(kSuperAdmin)));
    EXPECT_EQ(session(*opened)->role, kSuperAdmin);
    EXPECT_TRUE(accounts->erase(local, admin));
    EXPECT_EQ(accounts->erase(local, anna).error().message, "this is the last super administrator");
    EXPECT_EQ(accounts->users()->size(), 1U);
    EXPECT_EQ(*store->first_broken_audit(), 0);
}

TEST_P(AccountsTest, EndsSessionsAndTokens) {
    const std::string anna = create("anna_1");
    const auto first = sign_in("anna_1"), second = sign_in("anna_1");
    const Caller caller = *session(*first);
    EXPECT_EQ(accounts->sessions(caller)->size(), 2U);
    const auto token =
        accounts->create_token(caller, {.name = "t", .scopes = {"tasks.read", "account"}, .seconds = 1000});
    ASSERT_TRUE(token) << token.error().message;
    const auto by_token = credentials.find((*token)["token"]);
    ASSERT_TRUE(by_token);
    EXPECT_TRUE(by_token->scopes->contains("tasks.read"));
    EXPECT_EQ(accounts->tokens(caller)->at(0)["scopes"], Json({"account", "tasks.read"}));
    EXPECT_TRUE(accounts->sign_out(*session(*second)));
    EXPECT_FALSE(session(*second));
    const auto changed = awaited<Json>([&](OnResult<Json> done) {
        accounts->change_password(caller, anna, kPassword, "Other0", "10.0.0.1", std::move(done));
    });
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_FALSE(session(*first));
    EXPECT_TRUE(credentials.find((*token)["token"]));
    EXPECT_TRUE(accounts->revoke_token(caller, (*token)["id"]));
    EXPECT_FALSE(credentials.find((*token)["token"]));
    EXPECT_EQ(accounts->revoke_token(caller, (*token)["id"]).error().code, Code::kNotFound);
}

TEST_P(AccountsTest, KeepsABoundedNumberOfSessions) {
    create("anna_1");
    const auto oldest = sign_in("anna_1");
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(sign_in("anna_1"));
    EXPECT_FALSE(session(*oldest));
    const auto newest = sign_in("anna_1");
    EXPECT_EQ(accounts->sessions(*session(*newest))->size(), 50U);
}

TEST_P(AccountsTest, ReadsTheAuditByPages) {
    for (int i = 0; i < 5; ++i) create(fmt::format("name_{}", i));
    const auto page = audit_page(*store, {.actor = "local", .action = "user.create", .limit = 2});
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->total, 5U);
    EXPECT_EQ(page->rows.at(0).subject, "6");
    EXPECT_EQ(audit_page(*store, {.before = page->rows[1].number, .limit = 2})->rows.at(0).subject, "4");
    EXPECT_EQ(audit_page(*store, {.subject = "5"})->rows.size(), 1U);
    EXPECT_EQ(audit_page(*store, {.actor = "eve"})->total, 0U);
}

INSTANTIATE_TEST_SUITE_P(Engines, AccountsTest, ::testing::Values(SqlEngine::kSqlite, SqlEngine::kPostgres),
                         [](const auto& engine) { return engine.param == SqlEngine::kSqlite ? "Sqlite" : "Postgres"; });

}  // namespace
}  // namespace goetia
