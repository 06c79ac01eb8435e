// goetia token list|create|revoke: with which programs ask a master.
#include <fmt/ranges.h>

#include "apps/goetia/command.h"
#include "apps/goetia/master_call.h"
#include "base/clock.h"
#include "base/json_text.h"
#include "net/http.h"

namespace goetia::cli {
namespace {

struct TokenOptions {
    MasterOptions master;
    std::string token, name;
    std::vector<std::string> scopes;
    double days = 90;
};

std::string token_line(const Json& token) {
    const double left = (token.value("expires_at", 0.0) - to_seconds(now())) / 86400;
    const auto scopes = token.value("scopes", std::vector<std::string>());
    return fmt::format("{}  {:<32} {:>5.1f} days left  {}{}\n", token.value("id", ""), token.value("name", ""), left,
                       scopes.empty() ? "all" : fmt::format("{}", fmt::join(scopes, " ")),
                       token.value("current", false) ? "  (this one)" : "");
}

Result<Outcome> list_tokens(const TokenOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json page, master.ask("GET", "/api/tokens?limit=1000&sort=created_at"));
    std::string text;
    for (const Json& token : page["items"]) text += token_line(token);
    if (text.empty()) text = "there is no token; 'goetia token create' makes one\n";
    return Outcome{.json = std::move(page), .text = text};
}

Result<Outcome> create_api_token(const TokenOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json made, master.ask("POST", "/api/tokens",
                                        {{"name", options.name}, {"scopes", options.scopes}, {"days", options.days}}));
    const std::string text = fmt::format("{}\n", made.value("token", ""));
    return Outcome{.json = std::move(made), .text = text};
}

Result<Outcome> revoke_token(const TokenOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json done, master.ask("DELETE", "/api/tokens/" + percent_encoded(options.token)));
    return Outcome{.json = std::move(done), .text = fmt::format("token {} is revoked\n", options.token)};
}

}  // namespace

void add_token_commands(Command& app, Context& context) {
    Command& token = app.command("token", "Tokens with which programs ask a master");
    token.needs_command();
    auto options = std::make_shared<TokenOptions>();
    Command& listing = token.command("list", "List the own tokens");
    add_master_options(listing, options->master);
    context.on(listing, [options] { return list_tokens(*options); });
    Command& create = token.command("create", "Make a token, and print it this once");
    create.option("--name", options->name, "For people");
    create.option("--scope", options->scopes, "A permission that it is limited to, 'tasks.read'; none: all").repeated();
    create.option("--days", options->days, "How long it is valid").range(0.0001, 3650.0).show_default();
    add_master_options(create, options->master);
    context.on(create, [options] { return create_api_token(*options); });
    Command& revoke = token.command("revoke", "Revoke a token; what it let in ends");
    revoke.positional("token", options->token, "Its id").required().metavar("TOKEN");
    add_master_options(revoke, options->master);
    context.on(revoke, [options] { return revoke_token(*options); });
}

}  // namespace goetia::cli
