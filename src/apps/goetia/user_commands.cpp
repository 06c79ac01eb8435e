// goetia user list|create|show|password|role|delete: who may use a master.
#include "apps/goetia/command.h"
#include "apps/goetia/kept_login.h"
#include "apps/goetia/master_call.h"
#include "base/json_text.h"
#include "net/http.h"

namespace goetia::cli {
namespace {

struct UserOptions {
    MasterOptions master;
    std::string user = "me", role = "trainer", email, note;
};

std::string user_line(const Json& user) {
    return fmt::format("{:>5}  {:<24} {:<12} {}\n", user.value("id", ""), user.value("name", ""),
                       user.value("role", ""), user.value("email", ""));
}

constexpr const char* kOwnPath = "/api/users/me";

// The path of a user, who is told by his name or id. Oneself is found without being allowed to list the others.
Result<std::string> user_path(MasterCall& master, const std::string& text) {
    if (text == "me") return std::string(kOwnPath);
    const Result<Json> session = master.ask("GET", "/api/session");
    if (session && ((*session)["user"]["name"] == text || (*session)["user"]["id"] == text))
        return std::string(kOwnPath);
    GOETIA_ASSIGN(const Json page, master.ask("GET", "/api/users?limit=1000"));
    for (const Json& user : page["items"]) {
        if (user["id"] == text || user["name"] == text) return "/api/users/" + user["id"].get<std::string>();
    }
    return not_found("there is no user '{}'; 'goetia user list' shows them", text);
}

Result<Outcome> list_users(const UserOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json page, master.ask("GET", "/api/users?limit=1000&sort=name"));
    std::string text;
    for (const Json& user : page["items"]) text += user_line(user);
    if (text.empty()) text = "there is no user yet; 'goetia user create NAME --role super_admin' makes one\n";
    return Outcome{.json = std::move(page), .text = text};
}

Result<Outcome> show_user(const UserOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(const std::string path, user_path(master, options.user));
    GOETIA_ASSIGN(Json user, master.ask("GET", path));
    const std::string text = user_line(user);
    return Outcome{.json = std::move(user), .text = text};
}

Result<Outcome> create_user(const UserOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(const std::string password, ask_new_password());
    GOETIA_ASSIGN(Json user, master.ask("POST", "/api/users",
                                        {{"name", options.user},
                                         {"password", password},
                                         {"role", options.role},
                                         {"email", options.email},
                                         {"note", options.note}}));
    const std::string text = fmt::format("user {} is {}\n", options.user, options.role);
    return Outcome{.json = std::move(user), .text = text};
}

Result<Outcome> change_password(const UserOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(const std::string path, user_path(master, options.user));
    std::string present;
    if (path == kOwnPath) {
        GOETIA_ASSIGN(present, ask_line("present password", true));
    }
    GOETIA_ASSIGN(const std::string password, ask_new_password());
    GOETIA_ASSIGN(Json user, master.ask("PUT", path + "/password", {{"present", present}, {"password", password}}));
    return Outcome{.json = std::move(user),
                   .text = "the password was changed, and all sessions of the user were ended\n"};
}

Result<Outcome> change_role(const UserOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(const std::string path, user_path(master, options.user));
    GOETIA_ASSIGN(Json user, master.ask("PUT", path + "/role", {{"role", options.role}}));
    return Outcome{.json = std::move(user), .text = fmt::format("user {} is {}\n", options.user, options.role)};
}

Result<Outcome> delete_user(const UserOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(const std::string path, user_path(master, options.user));
    GOETIA_ASSIGN(Json done, master.ask("DELETE", path));
    return Outcome{.json = std::move(done), .text = fmt::format("user {} is deleted\n", options.user)};
}

Command& user_command(Command& parent, const std::string& name, const std::string& sentence, UserOptions& options,
                      bool required) {
    Command& command = parent.command(name, sentence);
    Option& user = command.positional("user", options.user, required ? "Name or id" : "Name or id; oneself: 'me'");
    if (required) user.required();
    user.metavar("USER");
    add_master_options(command, options.master);
    return command;
}

}  // namespace

void add_user_commands(Command& app, Context& context) {
    Command& user = app.command("user", "Who may use a master");
    user.needs_command();
    auto options = std::make_shared<UserOptions>();
    Command& listing = user.command("list", "List the users");
    add_master_options(listing, options->master);
    context.on(listing, [options] { return list_users(*options); });
    Command& create = user_command(user, "create", "Create a user; the password is asked", *options, true);
    create.option("--role", options->role, "What he may").choices({"super_admin", "trainer"}).show_default();
    create.option("--email", options->email, "For others");
    create.option("--note", options->note, "For others");
    context.on(create, [options] { return create_user(*options); });
    context.on(user_command(user, "show", "Show a user", *options, false), [options] { return show_user(*options); });
    context.on(user_command(user, "password", "Change a password, and end all sessions of the user", *options, false),
               [options] { return change_password(*options); });
    Command& role = user_command(user, "role", "Change what a user may", *options, true);
    role.positional("role", options->role, "What he may").choices({"super_admin", "trainer"}).required();
    context.on(role, [options] { return change_role(*options); });
    context.on(user_command(user, "delete", "Delete a user, and end all that he is signed in to", *options, true),
               [options] { return delete_user(*options); });
}

}  // namespace goetia::cli
