// A23, A29, A48, A50, A52: what a caller may put into a field is put into every field of every route, as the routes
// themselves say which there are; a new route is covered without an edit.
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "testkit/api_accounts.h"

namespace goetia {
namespace {

using testkit::ApiAgent;
using testkit::ApiMaster;
using testkit::ApiUser;
using testkit::make_user;
using testkit::with_token;

constexpr std::string_view kCanary = "canary-5f1d0c-of-a-file-that-nobody-may-read";

enum class FieldPlace { kPath, kQuery, kBody };

struct AttackedField {
    const Route::Description* route = nullptr;
    FieldPlace place = FieldPlace::kPath;
    Param param;
    [[nodiscard]] std::string name() const { return route->method + " " + route->path + " " + param.name; }
};

bool is_number_field(const Param& param) {
    return param.type == ParamType::kInt || param.type == ParamType::kFloat || param.type == ParamType::kIntList ||
           param.type == ParamType::kFloatList || param.type == ParamType::kAny;
}

bool is_text_field(const Param& param) {
    return param.type == ParamType::kString || param.type == ParamType::kStringList || param.type == ParamType::kAny ||
           param.type == ParamType::kObject;
}

bool is_list_field(const Param& param) {
    return param.type == ParamType::kIntList || param.type == ParamType::kFloatList ||
           param.type == ParamType::kStringList;
}

// Encodings of ways out of a folder: every way to write each of them.
std::vector<std::string> path_payloads(const std::filesystem::path& canary) {
    const std::string full = canary.string(), name = canary.filename().string();
    std::vector<std::string> targets{full, "/etc/passwd", "/proc/self/environ", name, "local.token", "signing.key"};
    std::vector<std::string> ways;
    for (const std::string up : {"../", "..\\", "....//", "..;/", "%2e%2e%2f", "%252e%252e%252f", "..%2f", "..%5c",
                                 "..%c0%af", "\xC0\xAE\xC0\xAE/", "\xE2\x80\xA5/", "./../", "//../", ".%00./"}) {
        for (const int depth : {1, 2, 3, 8}) {
            std::string way;
            for (int i = 0; i < depth; ++i) way += up;
            ways.push_back(way);
        }
    }
    for (const char* way : {"",
                            "/",
                            "//",
                            "///proc/self/root",
                            "/proc/self/cwd/",
                            "/proc/self/fd/",
                            "file://",
                            "file:",
                            "file:///",
                            "file://localhost",
                            "http://127.0.0.1/",
                            "\\\\?\\",
                            "C:\\",
                            "~/",
                            "~root/",
                            "./",
                            "a/../",
                            "a/../../",
                            "%2f",
                            "%5c",
                            "#",
                            "?",
                            ";"}) {
        ways.emplace_back(way);
    }
    std::vector<std::string> payloads;
    for (const std::string& way : ways) {
        for (const std::string& target : targets) payloads.push_back(way + target);
    }
    for (const char* tail : {"#", "?", ";a=b", "%00", "%00.png", "/.", "/..", " ", "\t", ".", "::$DATA"})
        payloads.push_back(full + tail);
    return payloads;
}

const std::vector<std::string>& extreme_numbers() {
    static const std::vector<std::string> kNumbers{"2147483647",
                                                   "2147483648",
                                                   "2147483649",
                                                   "-2147483648",
                                                   "-2147483649",
                                                   "4294967295",
                                                   "4294967296",
                                                   "4294967297",
                                                   "9223372036854775806",
                                                   "9223372036854775807",
                                                   "9223372036854775808",
                                                   "9223372036854775809",
                                                   "-9223372036854775808",
                                                   "-9223372036854775809",
                                                   "18446744073709551615",
                                                   "18446744073709551616",
                                                   "-1",
                                                   "-0",
                                                   "-0.0",
                                                   "1e309",
                                                   "-1e309",
                                                   "1e308",
                                                   "5e-324",
                                                   "0.1",
                                                   "NaN",
                                                   "Infinity",
                                                   "-Infinity",
                                                   "null",
                                                   "true",
                                                   "\"1\"",
                                                   "[]",
                                                   "{}",
                                                   "1e999999999",
                                                   "00",
                                                   "0x7fffffff",
                                                   "1_000",
                                                   "99999999999999999999999999999999999999999999"};
    return kNumbers;
}

class AttackFields : public testing::Test {
  protected:
    AttackFields() {
        for (const char* name : {"canary", "outside/canary"}) {
            const std::filesystem::path path = folder / name;
            std::filesystem::create_directories(path.parent_path());
            EXPECT_TRUE(write_file_atomic(path, std::string(kCanary)));
        }
        task = master->submit({{"noop", true}, {"cores", 4096}});
        user = make_user(*master, "anna_1");
    }

    std::vector<AttackedField> fields(const std::function<bool(const Param&)>& which) {
        std::vector<AttackedField> found;
        const auto take = [&](const Route::Description& route, FieldPlace place, const Schema& schema) {
            for (const Param& param : schema.params()) {
                if (which(param)) found.push_back({&route, place, param});
            }
        };
        for (const Route& route : routes) {
            const Route::Description& described = route.described();
            if (described.open) continue;
            Schema path = described.path_schema;
            for (std::size_t at = described.path.find('{'); at != std::string::npos;
                 at = described.path.find('{', at + 1)) {
                const std::string name = described.path.substr(at + 1, described.path.find('}', at) - at - 1);
                if (!path.find(name)) path = std::move(path).with(text(name, ""));
            }
            take(described, FieldPlace::kPath, path);
            take(described, FieldPlace::kQuery, described.query_schema);
            if (described.body) take(described, FieldPlace::kBody, *described.body);
        }
        return found;
    }

    // What stands for the other parts of the path: something that is there.
    std::string plain_id(const std::string& path) const {
        return path.starts_with("/api/tasks/") ? task : path.starts_with("/api/users/") ? user.id : "1";
    }

    static std::string plain_value(const Param& param) {
        if (!param.choices.empty()) return json_text(param.choices[0]);
        switch (param.type) {
            case ParamType::kBool: return "true";
            case ParamType::kInt:
            case ParamType::kFloat: return json_text(Json(param.minimum.value_or(1)));
            case ParamType::kString: return "\"Passw0rd\"";
            case ParamType::kObject: return "{}";
            default: return "[]";
        }
    }

    // The route asked with `value` in the field: JSON text in a body, otherwise percent-encoded.
    HttpResponse ask(const AttackedField& field, const std::string& value, const std::string& encoded) {
        const Route::Description& route = *field.route;
        std::string target = route.path;
        for (std::size_t at = target.find('{'); at != std::string::npos; at = target.find('{')) {
            const std::size_t end = target.find('}', at);
            const std::string name = target.substr(at + 1, end - at - 1);
            const bool is_it = field.place == FieldPlace::kPath && name == field.param.name;
            target.replace(at, end - at + 1, is_it ? encoded : plain_id(route.path));
        }
        std::string query;
        for (const Param& param : route.query_schema.params()) {
            const bool is_it = field.place == FieldPlace::kQuery && param.name == field.param.name;
            if (is_it) query += (query.empty() ? "?" : "&") + param.name + "=" + encoded;
            else if (!param.fallback) query += (query.empty() ? "?" : "&") + param.name + "=1";
        }
        HttpRequest request{.method = route.method, .target = target + query};
        if (route.body) {
            for (const Param& param : route.body->params()) {
                const bool is_it = field.place == FieldPlace::kBody && param.name == field.param.name;
                if (!is_it && param.fallback) continue;
                const std::string one = is_it && is_list_field(param) ? "[" + value + "]"
                                        : is_it                       ? value
                                                                      : plain_value(param);
                request.body += (request.body.empty() ? "{" : ",") + json_text(Json(param.name)) + ":" + one;
            }
            request.body = request.body.empty() ? "{}" : request.body + "}";
            request.headers.set("Content-Type", "application/json");
        }
        const bool for_nodes = route.permission.role == "node";
        request.headers.set("Authorization", "Bearer " + (for_nodes ? agent->bearer() : master->token));
        auto answer = client->send(request);
        if (!answer) client = std::move(*HttpClient::create({.server = master->server->address()}));
        return answer ? std::move(*answer) : HttpResponse{.status = 0, .body = answer.error().message};
    }

    void expect_harmless(const AttackedField& field, const std::string& value, const HttpResponse& answer) {
        ++asked;
        const bool is_fine = answer.status >= 200 && answer.status < 500;
        EXPECT_TRUE(is_fine) << field.name() << " <- " << value.substr(0, 200) << ": " << answer.status << " "
                             << answer.body.substr(0, 300);
        EXPECT_EQ(answer.body.find(kCanary), std::string::npos) << field.name() << " <- " << value;
        EXPECT_EQ(answer.body.find(master->token), std::string::npos) << field.name() << " <- " << value;
        EXPECT_EQ(answer.body.find("root:x:0:0"), std::string::npos) << field.name() << " <- " << value;
    }

    std::set<std::string> files_outside() {
        std::set<std::string> files;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
            const std::string path = entry.path().lexically_relative(folder.path()).string();
            if (!path.starts_with("master")) files.insert(path);
        }
        return files;
    }

    testkit::TemporaryFolder folder;
    std::unique_ptr<ApiMaster> master = std::make_unique<ApiMaster>(folder / "master");
    std::unique_ptr<ApiAgent> agent = std::make_unique<ApiAgent>(*master, "one");
    std::unique_ptr<HttpClient> client = std::move(*HttpClient::create({.server = master->server->address()}));
    std::vector<Route> routes = master_routes(*master->services, {});
    std::string task;
    ApiUser user;
    int asked = 0;
};

TEST_F(AttackFields, A29NoWayOfWritingAPathLeadsOutOfTheStore) {
    const std::vector<std::string> payloads = path_payloads(folder / "canary");
    ASSERT_GE(payloads.size(), 400U);
    const std::set<std::string> before = files_outside();
    std::size_t turn = 0;
    for (const AttackedField& field : fields(is_text_field)) {
        // All of them go into the fields that name something; elsewhere every seventh, another each time.
        const bool is_named = field.place == FieldPlace::kPath || field.param.name == "stream" ||
                              field.param.name == "path" || field.param.name == "file";
        for (std::size_t i = is_named ? 0 : turn++ % 7; i < payloads.size(); i += is_named ? 1 : 7) {
            const std::string& payload = payloads[i];
            expect_harmless(field, payload, ask(field, json_text(Json(payload)), percent_encoded(payload)));
            if (HasFailure()) return;
        }
    }
    EXPECT_GT(asked, 2000);
    EXPECT_EQ(files_outside(), before);
    for (const char* name : {"canary", "outside/canary"}) EXPECT_EQ(*read_file(folder / name), kCanary);
    EXPECT_EQ(master->ask("GET", "/api/tasks/" + task).status, 200) << "the master answers, and the task is there";
}

TEST_F(AttackFields, A23ExtremeNumbersAreRefusedOrKeptAsTheyAre) {
    for (const AttackedField& field : fields(is_number_field)) {
        for (const std::string& number : extreme_numbers()) {
            expect_harmless(field, number, ask(field, number, percent_encoded(number)));
            if (HasFailure()) return;
        }
    }
    EXPECT_GT(asked, 300);
    EXPECT_EQ(master->ask("GET", "/api/tasks").status, 200);
    EXPECT_EQ(master->ask("GET", "/metrics").status, 200);
}

TEST_F(AttackFields, A50ControlBytesReachNoNameAndNoFaultOfTheMaster) {
    for (const AttackedField& field : fields(is_text_field)) {
        for (int byte = 0; byte < 256; byte += field.place == FieldPlace::kPath ? 3 : 5) {
            const std::string value = std::string("a") + static_cast<char>(byte) + "b\r\nforged: line\x1B[2J";
            expect_harmless(field, value, ask(field, "\"" + value + "\"", percent_encoded(value)));
            expect_harmless(field, value, ask(field, json_text(Json(value)), percent_encoded(value)));
            if (HasFailure()) return;
        }
    }
    for (const Json& one : master->json("GET", "/api/tasks?limit=1000")["items"]) {
        for (const char letter : one["name"].get<std::string>())
            EXPECT_GE(static_cast<unsigned char>(letter), 0x20) << one["name"];
    }
}

TEST_F(AttackFields, A52WhatASearchIsGivenIsNeverRunAsSql) {
    const std::vector<std::string> payloads{"'",
                                            "''",
                                            "\"",
                                            "1' OR '1'='1",
                                            "'; DROP TABLE tasks; --",
                                            "name=x'; DELETE FROM tasks; --",
                                            "state=(SELECT password FROM users)",
                                            "name~%",
                                            "name~_",
                                            "name=\\",
                                            "state=queued) UNION SELECT * FROM users --",
                                            "id=1/**/OR/**/1=1",
                                            "name=x' AND randomblob(1000000000) --",
                                            "created_at>0 OR pg_sleep(5)",
                                            "name=\"$1\"",
                                            "-id; SELECT pg_sleep(5)",
                                            "id DESC",
                                            "(CASE WHEN 1=1 THEN id END)",
                                            "metrics.a'||(SELECT 1)||'",
                                            "config.$.a",
                                            "%00",
                                            std::string(16'000, '('),
                                            std::string(5000, '"')};
    const std::string before = master->ask("GET", "/api/tasks?sort=id").body;
    for (const AttackedField& field : fields(is_text_field)) {
        const std::string& name = field.param.name;
        const bool searches = name == "q" || name == "sort" || name == "cursor" || name == "fields" ||
                              name == "names" || field.place == FieldPlace::kPath;
        if (!searches || field.route->method != "GET") continue;
        for (const std::string& payload : payloads) {
            const double begun = steady_seconds();
            const HttpResponse answer = ask(field, json_text(Json(payload)), percent_encoded(payload));
            EXPECT_LT(steady_seconds() - begun, 3) << field.name() << " <- " << payload.substr(0, 100);
            const std::set<int> expected{200, 400, 403, 404, 422, 431};
            EXPECT_TRUE(expected.contains(answer.status)) << field.name() << " <- " << payload << ": " << answer.status;
            ++asked;
        }
    }
    EXPECT_GT(asked, 100);
    EXPECT_EQ(master->ask("GET", "/api/tasks?sort=id").body, before);
}

// A48: what an error tells is what the caller sent, and which request it was.
TEST_F(AttackFields, A48NoErrorTellsOfTheInside) {
    static const std::regex kInside(
        R"((/tmp/|/home/|/root/|/usr/|/var/|\.sqlite|\.cpp|\.h:\d|SELECT |INSERT |UPDATE |SQLITE|sqlite3|libpq|PRAGMA|0x[0-9a-f]{6,}|std::|goetia::|errno|No such file|Permission denied|127\.0\.0\.1|\bpid\b))");
    std::map<int, int> seen;
    const auto look_at = [&](const std::string& what, const HttpResponse& answer) {
        if (answer.status < 400) return;
        ++seen[answer.status];
        std::smatch found;
        EXPECT_FALSE(std::regex_search(answer.body, found, kInside))
            << what << " tells '" << found.str() << "': " << answer.body;
        EXPECT_EQ(answer.body.find(folder.path().string()), std::string::npos) << what;
        EXPECT_EQ(answer.headers.value("Content-Type"), "application/problem+json") << what;
    };
    for (const AttackedField& field : fields([](const Param&) { return true; })) {
        for (const char* value : {"\"x\"", "-1", "{\"a\":1}", "[1,2]", "\"\"", "null", "{"})
            look_at(field.name() + " <- " + value, ask(field, value, percent_encoded(value)));
    }
    HttpHeaders nobody, wrong;
    nobody.set("Authorization", "");
    wrong.set("If-Match", "\"99\"");
    const std::string control = "/api/tasks/" + task + "/control";
    look_at("401", master->ask("GET", "/api/tasks", nullptr, nobody));
    look_at("403", master->ask("POST", "/api/nodes/tokens", Json::object(), with_token(user.token)));
    look_at("404", master->ask("GET", "/no/such/place"));
    look_at("405", master->ask("DELETE", "/api/tasks"));
    look_at("409", master->ask("DELETE", "/api/tasks/" + task));
    look_at("412", master->ask("POST", control, {{"action", "pause"}}, wrong));
    look_at("413", master->ask("POST", "/api/tasks", {{"name", std::string(2 << 20, 'x')}}));
    for (const int status : {400, 401, 403, 404, 405, 409, 412, 413, 422}) EXPECT_GT(seen[status], 0) << status;
}

}  // namespace
}  // namespace goetia
