// goetia node list|show|change|drain|update|remove|token: the machines of a pool.
#include "apps/goetia/command.h"
#include "apps/goetia/master_call.h"
#include "base/json_text.h"
#include "net/http.h"

namespace goetia::cli {
namespace {

struct NodeOptions {
    MasterOptions master;
    std::string node, name, token;
    std::vector<std::string> labels;
    double hours = 24, price = -1;  // price: less than 0: as it is
    bool undo = false, no_labels = false;
};

std::string node_line(const Json& node) {
    return fmt::format("{:>5}  {:<20} {:<9} {:>3} cores  {:>5.0f} GB  {} GPUs  {} tasks\n", node.value("id", ""),
                       node.value("name", ""), node.value("state", ""), node.value("cores", 0),
                       node.value("memory", 0.0) / 1e9, node["gpus"].size(), node["tasks"].size());
}

// A node by its id, or by a name that one node has.
Result<std::string> node_id(MasterCall& master, const std::string& text) {
    GOETIA_ASSIGN(const Json page, master.ask("GET", "/api/nodes?limit=1000"));
    std::vector<std::string> named;
    for (const Json& node : page["items"]) {
        if (node["id"] == text) return text;
        if (node["name"] == text) named.push_back(node["id"]);
    }
    if (named.size() == 1) return named[0];
    if (named.empty()) return not_found("there is no node '{}'; 'goetia node list' shows them", text);
    return invalid("{} nodes are named '{}'; give the id", named.size(), text);
}

Result<Outcome> list_nodes(const NodeOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json page, master.ask("GET", "/api/nodes?limit=1000"));
    std::string text;
    for (const Json& node : page["items"]) text += node_line(node);
    if (text.empty()) text = "no machine has joined; 'goetia node token create' prints how\n";
    return Outcome{.json = std::move(page), .text = text};
}

Result<Outcome> show_node(const NodeOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(const std::string id, node_id(master, options.node));
    GOETIA_ASSIGN(Json node, master.ask("GET", "/api/nodes/" + id));
    std::string text = node_line(node);
    for (const Json& gpu : node["gpus"]) {
        text += fmt::format(
            "       {}  {:.0f} GB{}\n", gpu.value("name", ""), gpu.value("memory", 0.0) / 1e9,
            gpu["attempt"].is_null() ? "" : fmt::format(", taken by attempt {}", gpu["attempt"].get<std::int64_t>()));
    }
    return Outcome{.json = std::move(node), .text = text};
}

Result<Outcome> drain_node(const NodeOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(const std::string id, node_id(master, options.node));
    GOETIA_ASSIGN(Json node, master.ask("POST", "/api/nodes/" + id + "/drain", {{"drain", !options.undo}}));
    return Outcome{
        .json = node,
        .text = fmt::format("node {} {}\n", options.node, options.undo ? "takes tasks again" : "takes nothing new")};
}

Result<Outcome> change_node(const NodeOptions& options) {
    Json change = Json::object();
    if (!options.name.empty()) change["name"] = options.name;
    if (!options.labels.empty() || options.no_labels) change["labels"] = options.labels;
    if (options.price >= 0) change["price"] = options.price;
    if (change.empty()) return invalid("nothing is to be changed; give --name, --label, --no-labels or --price");
    if (options.no_labels && !options.labels.empty()) return invalid("give either --label or --no-labels");
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(const std::string id, node_id(master, options.node));
    GOETIA_ASSIGN(Json node, master.ask("PATCH", "/api/nodes/" + id, change));
    std::string text = node_line(node);
    for (const Json& label : node["labels"]) text += "       " + label.get<std::string>() + "\n";
    return Outcome{.json = std::move(node), .text = text};
}

Result<Outcome> update_node(const NodeOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(const std::string id, node_id(master, options.node));
    GOETIA_ASSIGN(Json asked, master.ask("POST", "/api/nodes/" + id + "/update"));
    const bool is_current = asked.value("is_current", false);
    return Outcome{.json = std::move(asked),
                   .text = fmt::format("node {} {}\n", options.node,
                                       is_current ? "runs the master's version of the agent already"
                                                  : "fetches the master's version of the agent and becomes it")};
}

Result<Outcome> remove_node(const NodeOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(const std::string id, node_id(master, options.node));
    GOETIA_ASSIGN(Json done, master.ask("DELETE", "/api/nodes/" + id));
    return Outcome{.json = std::move(done),
                   .text = fmt::format("node {} is removed and its secret revoked\n", options.node)};
}

Result<Outcome> create_token(const NodeOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json made,
                  master.ask("POST", "/api/nodes/tokens", {{"name", options.name}, {"seconds", options.hours * 3600}}));
    const std::string text =
        fmt::format("paste this on the machine, within {:g} h:\n\n  {}\n\n", options.hours, made.value("command", ""));
    return Outcome{.json = std::move(made), .text = text};
}

Result<Outcome> list_join_tokens(const NodeOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json page, master.ask("GET", "/api/nodes/tokens?limit=1000&sort=-created_at"));
    std::string text;
    for (const Json& token : page["items"])
        text += fmt::format("{:<12}  {:<8} {:<20} made by {}\n", token.value("id", ""), token.value("state", ""),
                            token.value("name", ""), token.value("owner_name", ""));
    if (text.empty()) text = "no token was made; 'goetia node token create' makes one\n";
    return Outcome{.json = std::move(page), .text = text};
}

Result<Outcome> revoke_join_token(const NodeOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json done, master.ask("DELETE", "/api/nodes/tokens/" + percent_encoded(options.token)));
    return Outcome{.json = std::move(done), .text = fmt::format("no machine joins with token {}\n", options.token)};
}

Command& with_node_name(Command& parent, const std::string& name, const std::string& sentence, NodeOptions& options) {
    Command& command = parent.command(name, sentence);
    command.positional("node", options.node, "Name or id").required().metavar("NODE");
    add_master_options(command, options.master);
    return command;
}

}  // namespace

void add_node_commands(Command& app, Context& context) {
    Command& node = app.command("node", "Machines of a pool");
    node.needs_command();
    auto options = std::make_shared<NodeOptions>();
    Command& listing = node.command("list", "List the machines that have joined");
    add_master_options(listing, options->master);
    context.on(listing, [options] { return list_nodes(*options); });
    context.on(with_node_name(node, "show", "Show a machine", *options), [options] { return show_node(*options); });
    Command& change = with_node_name(node, "change", "Give a machine a name, labels, a price", *options);
    change.option("--name", options->name, "Its new name");
    change.option("--label", options->labels, "Beside the machine's own, in place of those given before")
        .repeated()
        .metavar("KEY=VALUE");
    change.flag("--no-labels", options->no_labels, "Take back those that were given");
    change.option("--price", options->price, "Per hour, of the whole machine");
    context.on(change, [options] { return change_node(*options); });
    Command& drain = with_node_name(node, "drain", "Give a machine nothing new", *options);
    drain.flag("--undo", options->undo, "Let it take tasks again");
    context.on(drain, [options] { return drain_node(*options); });
    context.on(with_node_name(node, "update", "Have a machine run the master's version of the agent", *options),
               [options] { return update_node(*options); });
    context.on(with_node_name(node, "remove", "Remove a machine and revoke its secret", *options),
               [options] { return remove_node(*options); });
    Command& token = node.command("token", "Tokens with which machines join");
    token.needs_command();
    Command& create = token.command("create", "Make a token for one machine, and print the line that joins it");
    create.option("--name", options->name, "For people");
    create.option("--hours", options->hours, "How long it is valid").range(0.01, 720.0).show_default();
    add_master_options(create, options->master);
    context.on(create, [options] { return create_token(*options); });
    Command& tokens = token.command("list", "List the tokens that were made, without their secrets");
    add_master_options(tokens, options->master);
    context.on(tokens, [options] { return list_join_tokens(*options); });
    Command& revoke = token.command("revoke", "Revoke a token before a machine joins with it");
    revoke.positional("token", options->token, "Its id, as the list has it").required().metavar("TOKEN");
    add_master_options(revoke, options->master);
    context.on(revoke, [options] { return revoke_join_token(*options); });
}

}  // namespace goetia::cli
