// Users of an ApiMaster, what they ask with, and whether they changed anything.
#pragma once

#include "base/hash.h"
#include "master/api/permissions.h"
#include "master/service/ownership.h"
#include "testkit/api_master.h"

namespace goetia::testkit {

inline constexpr const char* kPassword = "Passw0rd";

inline HttpHeaders with_token(const std::string& token) {
    HttpHeaders headers;
    headers.set("Authorization", token.empty() ? "" : "Bearer " + token);
    return headers;
}

// A browser's: the cookie, and what the page knows.
struct ApiSession {
    std::string cookie, csrf;
    int status = 0;

    [[nodiscard]] HttpHeaders headers(bool with_csrf = true) const {
        HttpHeaders all = with_token("");
        all.set("Cookie", "theme=dark; " + cookie);
        if (with_csrf) all.set(kCsrfHeader, csrf);
        return all;
    }
};

inline ApiSession sign_in(ApiMaster& master, const std::string& name, const std::string& password = kPassword) {
    const HttpResponse response =
        master.ask("POST", "/api/session", {{"name", name}, {"password", password}}, with_token(""));
    const std::string set = response.headers.value("Set-Cookie");
    const auto body = parse_json(response.body, "the session");
    return {set.substr(0, set.find(';')), body && body->contains("csrf") ? (*body)["csrf"] : "", response.status};
}

struct ApiUser {
    std::string id, name, token;
};

inline std::string make_token(ApiMaster& master, const HttpHeaders& headers, const Json& token = {{"name", "test"}}) {
    const auto made = parse_json(master.ask("POST", "/api/tokens", token, headers).body, "the token");
    return made ? made->value("token", "") : "";
}

inline ApiUser make_user(ApiMaster& master, const std::string& name, std::string_view role = kTrainer) {
    const Json made = master.json("POST", "/api/users", {{"name", name}, {"password", kPassword}, {"role", role}});
    return {made.value("id", made.value("detail", "")), name, make_token(master, sign_in(master, name).headers())};
}

// Everything in the database but the pool's clock and the number of the commit, a line a row.
inline std::string stored_rows(ApiMaster& master) {
    std::string all;
    const auto rows = [&](SqlConnection& database, const std::string& statement) {
        std::vector<std::string> texts;
        if (const Status read =
                database.query(statement, {}, [&](const SqlRow& row) { texts.emplace_back(row.text(0)); });
            !read) {
            throw std::runtime_error(to_string(read.error()));
        }
        return texts;
    };
    const Status read = master.service->store().read([&](SqlConnection& database) -> Status {
        for (const std::string& table :
             rows(database, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")) {
            std::string columns;
            for (const std::string& column : rows(database, "SELECT name FROM pragma_table_info('" + table + "')")) {
                columns += (columns.empty() ? "quote(" : " || ',' || quote(") + column + ")";
            }
            const std::string condition = table == "settings" ? " WHERE name NOT IN ('moment', 'group')" : "";
            for (const std::string& row :
                 rows(database, "SELECT " + columns + " FROM " + table + condition + " ORDER BY 1")) {
                all += table + ": " + row + "\n";
            }
        }
        return {};
    });
    if (!read) throw std::runtime_error(to_string(read.error()));
    return all;
}

// The names of all columns of all tables, as an attacker would guess them.
inline std::set<std::string> stored_columns(ApiMaster& master) {
    std::set<std::string> names;
    const Status read = master.service->store().read([&](SqlConnection& database) {
        return database.query("SELECT c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'",
                              {}, [&](const SqlRow& row) { names.insert(std::string(row.text(0))); });
    });
    if (!read) throw std::runtime_error(to_string(read.error()));
    return names;
}

}  // namespace goetia::testkit
