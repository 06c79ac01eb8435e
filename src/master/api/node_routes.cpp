#include <charconv>

#include <fmt/format.h>

#include "base/json.h"
#include "base/json_text.h"
#include "master/api/lists.h"
#include "master/api/permissions.h"
#include "master/api/routes.h"
#include "master/api/shapes.h"
#include "net/problem.h"

namespace goetia {
namespace {

const ListFields& node_list_fields() {
    static const ListFields kFields{{"id", "name", "state", "created_at", "cores", "memory", "label"}, {}};
    return kFields;
}

Result<NodeId> node_id_from(const std::string& text) {
    NodeId id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size()) return not_found("there is no node '{}'", text);
    return id;
}

Result<HttpResponse> nodes_page(const RouteCall& call, const std::vector<Json>& nodes) {
    GOETIA_ASSIGN(const ListQuery query, list_query_of(call, node_list_fields()));
    ListTable table;
    std::map<std::string, const Json*> known;
    for (const Json& node : nodes) {
        const std::string id = node["id"];
        ListTable::Values values{{"name", node["name"].get<std::string>()},
                                 {"state", node["state"].get<std::string>()},
                                 {"created_at", node["created_at"].get<double>()},
                                 {"cores", node["cores"].get<double>()},
                                 {"memory", node["memory"].get<double>()}};
        for (const Json& label : node["labels"]) values.emplace_back("label", label.get<std::string>());
        table.put(id, values);
        known[id] = &node;
    }
    GOETIA_ASSIGN(const ListPage page, table.list(query));
    ListedItems list{.total = page.total,
                     .next = page.next,
                     .columns = {"id", "name", "state", "cores", "memory", "labels", "tasks"}};
    for (const std::string& id : page.ids) list.items.push_back(*known.at(id));
    return list_response(call, list);
}

OnResult<Json> node_answer(const RouteAnswer& answer) {
    return
        [answer](Result<Json> result) { result ? answer(json_response(*result)) : answer(std::move(result).error()); };
}

void with_node(const RouteCall& call, const RouteAnswer& answer, const std::function<void(NodeId)>& work) {
    const Result<NodeId> id = node_id_from(call.path_text("id"));
    id ? work(*id) : answer(id.error());
}

std::string join_command(const ApiOptions& options, const std::string& token) {
    const std::string pin = options.pin.empty() ? "" : " -k --pinnedpubkey '" + options.pin + "'";
    return fmt::format("curl -fsSL{} '{}/join.sh?token={}' | sh", pin, options.url, token);
}

NodeChange node_change_of(const Json& body) {
    NodeChange change;
    if (body["name"].is_string()) change.name = body["name"].get<std::string>();
    if (body["labels"].is_array()) change.labels = body["labels"].get<std::set<std::string>>();
    if (body["price"].is_number()) change.price = body["price"].get<double>();
    return change;
}

void add_tokens(std::vector<Route>& routes, MasterService& service, const ApiOptions& options) {
    routes.push_back(
        as_list(Route("GET", "/api/nodes/tokens", kManageNodes, "Lists the tokens with which machines join"))
            .answers_list(node_token_shape())
            .works([&service](const RouteCall& call) -> Result<HttpResponse> {
                static const ListFields kFields{{"id", "name", "state", "owner", "created_at", "expires_at", "used_at"},
                                                {}};
                GOETIA_ASSIGN(const std::vector<Json> all, service.node_tokens());
                return short_list(call, all, kFields, {"id", "name", "state", "created_at", "expires_at", "used_at"});
            }));
    routes.push_back(
        Route("POST", "/api/nodes/tokens", kManageNodes, "Makes a token with which one machine joins")
            .takes(Schema("NewNodeToken", "For whom")
                       .with(text("name", "For people").fallback(""))
                       .with(number("seconds", "How long it is valid").between(1, 30 * 86400).fallback(86400)))
            .answers(201, Schema("NodeToken", "Shown once")
                              .with(text("id", "By which it is revoked"))
                              .with(text("token", "The secret"))
                              .with(text("command", "What to paste on the machine"))
                              .with(number("expires_at", "Seconds since 1970")))
            .does([&service, options](const RouteCall& call, const RouteAnswer& answer) {
                const Json& body = *call.body;
                service.create_token(call.caller, body["name"], body["seconds"],
                                     [answer, options](const Result<NodeToken>& made) {
                                         if (!made) return answer(made.error());
                                         answer(json_response({{"id", made->id},
                                                               {"token", made->token},
                                                               {"command", join_command(options, made->token)},
                                                               {"expires_at", made->expires_at}},
                                                              201));
                                     });
            }));
    routes.push_back(Route("DELETE", "/api/nodes/tokens/{id}", kManageNodes,
                           "Revokes a token that was not used: no machine joins with it any more")
                         .answers(200, Schema("RevokedNodeToken", "What was revoked").with(text("id", "Of the token")))
                         .does([&service](const RouteCall& call, const RouteAnswer& answer) {
                             service.revoke_token(call.caller, call.path_text("id"), node_answer(answer));
                         }));
}

}  // namespace

std::vector<Route> node_routes(MasterService& service, const ApiOptions& options) {
    std::vector<Route> routes;
    routes.push_back(as_list(Route("GET", "/api/nodes", kReadNodes, "Lists the machines of the pool"))
                         .answers_list(node_shape())
                         .does([&service](const RouteCall& call, const RouteAnswer& answer) {
                             service.nodes([call, answer](const Result<std::vector<Json>>& nodes) {
                                 nodes ? answer(nodes_page(call, *nodes)) : answer(nodes.error());
                             });
                         }));
    routes.push_back(Route("GET", "/api/nodes/{id}", kReadNodes, "Shows a machine")
                         .answers(200, node_shape())
                         .does([&service](const RouteCall& call, const RouteAnswer& answer) {
                             with_node(call, answer, [&](NodeId id) { service.node(id, node_answer(answer)); });
                         }));
    routes.push_back(Route("POST", "/api/nodes/{id}/drain", kManageNodes, "Gives a machine nothing new, or again")
                         .takes(Schema("Drain", "Which").with(boolean("drain", "Nothing new").fallback(true)))
                         .answers(200, node_shape())
                         .does([&service](const RouteCall& call, const RouteAnswer& answer) {
                             with_node(call, answer, [&](NodeId id) {
                                 service.drain(call.caller, id, (*call.body)["drain"].get<bool>(), node_answer(answer));
                             });
                         }));
    routes.push_back(
        Route("POST", "/api/nodes/{id}/update", kManageNodes, "Has a machine's agent become the master's version of it")
            .answers(200, Schema("AgentUpdate", "What was asked of the node")
                              .with(text("id", "Of the node"))
                              .with(text("sha256", "Of the program"))
                              .with(boolean("is_current", "It runs that already")))
            .does([&service, options](const RouteCall& call, const RouteAnswer& answer) {
                with_node(call, answer, [&](NodeId id) {
                    if (options.agent.empty()) return answer(not_found("this master has no agent's program to give"));
                    const Result<WantedObject> program = service.objects().copy_of(options.agent);
                    if (!program) return answer(program.error());
                    service.update_agent(call.caller, id, *program, node_answer(answer));
                });
            }));
    routes.push_back(
        Route("PATCH", "/api/nodes/{id}", kManageNodes, "Names a machine, gives it labels and a price")
            .takes(
                Schema("NodeUpdate", "What is to be changed; null: as it is")
                    .with(text("name", "Letters, digits, '.', '_' and '-'").or_null())
                    .with(texts("labels", "All that are given here, `key=value`; those of the machine stay").or_null())
                    .with(number("price", "Per hour, of the whole machine").between(0, 1e6).or_null()))
            .answers(200, node_shape())
            .does([&service](const RouteCall& call, const RouteAnswer& answer) {
                with_node(call, answer, [&](NodeId id) {
                    service.change_node(call.caller, id, node_change_of(*call.body), node_answer(answer));
                });
            }));
    routes.push_back(
        Route("DELETE", "/api/nodes/{id}", kManageNodes, "Removes a machine and revokes its secret at once")
            .answers(200, Schema("Revoked", "What was removed").with(text("id", "Of the node")))
            .does([&service](const RouteCall& call, const RouteAnswer& answer) {
                with_node(call, answer, [&](NodeId id) { service.remove(call.caller, id, node_answer(answer)); });
            }));
    add_tokens(routes, service, options);
    return routes;
}

}  // namespace goetia
