// goetia login, logout: a token of a master, kept for the commands that ask it.
#include <array>

#include <unistd.h>

#include "apps/goetia/command.h"
#include "apps/goetia/kept_login.h"
#include "apps/goetia/master_call.h"
#include "base/json_text.h"
#include "net/problem.h"

namespace goetia::cli {
namespace {

struct LoginOptions {
    std::string master, pin, name, setup;
    bool by_token = false;
};

std::string token_name() {
    std::array<char, 256> host{};
    const bool known = ::gethostname(host.data(), host.size() - 1) == 0;
    return std::string("goetia login") + (known ? std::string(" on ") + host.data() : "");
}

// One request; what a browser would send along is in `headers`.
Result<HttpResponse> exchange(HttpClient& client, const std::string& method, const std::string& target,
                              const Json& body, const HttpHeaders& headers) {
    HttpRequest request{.method = method, .target = target, .headers = headers};
    if (!body.is_null()) {
        request.body = json_text(body);
        request.headers.set("Content-Type", "application/json");
    }
    GOETIA_ASSIGN(HttpResponse response, client.send(request));
    if (response.status >= 400) return error_from_problem(response);
    return response;
}

HttpHeaders bearer(const std::string& token) {
    HttpHeaders headers;
    headers.set("Authorization", "Bearer " + token);
    return headers;
}

Result<std::string> asked_name(const LoginOptions& options) {
    return options.name.empty() ? ask_line("user name", false) : Result<std::string>(options.name);
}

// Signs in as a page does, makes a token, and signs out.
Result<KeptLogin> login_by_password(HttpClient& client, const std::string& name, const std::string& password) {
    GOETIA_ASSIGN(const HttpResponse opened,
                  exchange(client, "POST", "/api/session", {{"name", name}, {"password", password}}, {}));
    GOETIA_ASSIGN(const Json session, parse_json(opened.body, "the master's answer"));
    const std::string cookie = opened.headers.value("Set-Cookie");
    HttpHeaders headers;
    headers.set("Cookie", cookie.substr(0, cookie.find(';')));
    headers.set("X-CSRF-Token", session.value("csrf", ""));
    GOETIA_ASSIGN(const HttpResponse made, exchange(client, "POST", "/api/tokens", {{"name", token_name()}}, headers));
    GOETIA_ASSIGN(const Json token, parse_json(made.body, "the master's answer"));
    GOETIA_TRY(exchange(client, "DELETE", "/api/session", nullptr, headers));
    return KeptLogin{.access = {.token = token.value("token", "")}, .token_id = token.value("id", ""), .user = name};
}

Result<KeptLogin> login_by_token(HttpClient& client) {
    GOETIA_ASSIGN(const std::string token, ask_line("token", true));
    GOETIA_ASSIGN(const HttpResponse answer, exchange(client, "GET", "/api/session", nullptr, bearer(token)));
    GOETIA_ASSIGN(const Json session, parse_json(answer.body, "the master's answer"));
    return KeptLogin{.access = {.token = token}, .user = session.at("user").value("name", "")};
}

// Becomes the first administrator by the link that the master printed.
Result<KeptLogin> login_by_setup(HttpClient& client, const LoginOptions& options, const std::string& token) {
    GOETIA_ASSIGN(const std::string name, asked_name(options));
    GOETIA_ASSIGN(const std::string password, ask_new_password());
    GOETIA_TRY(exchange(client, "POST", "/api/setup", {{"token", token}, {"name", name}, {"password", password}}, {}));
    return login_by_password(client, name, password);
}

Result<Outcome> login(const LoginOptions& options) {
    constexpr std::string_view kSetUp = "/setup?token=";
    std::string url = options.master;
    const std::size_t at = options.setup.find(kSetUp);
    if (!options.setup.empty() && at == std::string::npos) {
        return invalid("'{}' is not a set-up link: 'https://HOST:8470/setup?token=...'", options.setup);
    }
    if (!options.setup.empty()) url = options.setup.substr(0, at);
    GOETIA_ASSIGN(const std::unique_ptr<HttpClient> client, client_of({.url = url, .pin = options.pin}));
    const auto sign_in = [&]() -> Result<KeptLogin> {
        if (!options.setup.empty()) return login_by_setup(*client, options, options.setup.substr(at + kSetUp.size()));
        if (options.by_token) return login_by_token(*client);
        GOETIA_ASSIGN(const std::string name, asked_name(options));
        GOETIA_ASSIGN(const std::string password, ask_line("password", true));
        return login_by_password(*client, name, password);
    };
    GOETIA_ASSIGN(KeptLogin made, sign_in());
    made.access.url = url;
    made.access.pin = options.pin;
    GOETIA_TRY(keep_login(made));
    return Outcome{.json = {{"url", url}, {"user", made.user}, {"file", login_file().string()}},
                   .text = fmt::format("signed in to {} as {}; 'goetia logout' ends it\n", url, made.user)};
}

// A master that does not answer keeps the token until it expires; here it is forgotten anyhow.
Result<Outcome> logout() {
    GOETIA_ASSIGN(const std::optional<KeptLogin> kept, kept_login());
    if (!kept) return not_found("nobody is signed in");
    Status revoked;
    if (!kept->token_id.empty()) {
        Result<std::unique_ptr<HttpClient>> client = client_of(kept->access);
        Result<HttpResponse> answer =
            client ? exchange(**client, "DELETE", "/api/tokens/" + kept->token_id, nullptr, bearer(kept->access.token))
                   : Result<HttpResponse>(client.error());
        if (!answer) revoked = std::move(answer).error();
    }
    GOETIA_TRY(forget_login());
    const std::string note = revoked ? "" : fmt::format("; its token was not revoked: {}", revoked.error().message);
    return Outcome{.json = {{"url", kept->access.url}, {"revoked", revoked.ok()}},
                   .text = fmt::format("signed out of {}{}\n", kept->access.url, note)};
}

}  // namespace

void add_login_commands(Command& app, Context& context) {
    auto options = std::make_shared<LoginOptions>();
    Command& in = app.command("login", "Sign in to a master, and keep a token for the commands that ask it");
    in.option("--master", options->master, "Its address, https://HOST:8470")
        .metavar("URL")
        .env("GOETIA_MASTER")
        .required_unless({"--setup"});
    in.option("--pin", options->pin, "Of a master with a key of its own, as it prints it").env("GOETIA_PIN");
    in.option("--name", options->name, "The user; otherwise it is asked").metavar("NAME");
    in.option("--setup", options->setup, "Become its first administrator, by the link that it printed").metavar("LINK");
    in.flag("--token", options->by_token, "Ask for a token in place of name and password");
    context.on(in, [options] { return login(*options); });
    Command& out = app.command("logout", "Forget the token that 'goetia login' keeps, and revoke it");
    context.on(out, [] { return logout(); });
}

}  // namespace goetia::cli
