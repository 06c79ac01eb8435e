// What agents ask, by protocol/agent_paths.h. Documents go over the WebSocket: the status up, the desired document
// down.
#include <charconv>

#include "base/json.h"
#include "base/json_text.h"
#include "master/api/permissions.h"
#include "master/api/routes.h"
#include "net/file_response.h"
#include "net/problem.h"
#include "protocol/agent_paths.h"
#include "protocol/names.h"

namespace goetia {
namespace {

constexpr std::uint64_t kLargestStatus = 4 << 20;

NodeId node_of(const RouteCall& call) {
    NodeId id = 0;
    std::from_chars(call.caller.id.data(), call.caller.id.data() + call.caller.id.size(), id);
    return id;
}

// The document of a request whose body is bytes.
Result<Json> request_document(const RouteCall& call) {
    const std::string* text = call.request.headers.find(kRequestHeader);
    if (!text) return invalid("the header '{}' is missing; it holds the request's document", kRequestHeader);
    return parse_json(*text, kRequestHeader);
}

Result<HttpResponse> append_to(MasterService& service, const RouteCall& call) {
    GOETIA_ASSIGN(const Json document, request_document(call));
    GOETIA_ASSIGN(const AppendRequest request, append_request_from(document));
    GOETIA_ASSIGN(const AppendAnswer answer, service.append(node_of(call), request, call.request.body));
    return json_response(to_json(answer));
}

Result<HttpResponse> put_to(MasterService& service, const RouteCall& call) {
    GOETIA_ASSIGN(const Json document, request_document(call));
    GOETIA_ASSIGN(const ObjectChunk chunk, object_chunk_from(document));
    GOETIA_ASSIGN(const ObjectAnswer answer, service.put_object(node_of(call), chunk, call.request.body));
    return json_response(to_json(answer));
}

}  // namespace

std::vector<Route> agent_routes(MasterService& service) {
    std::vector<Route> routes;
    routes.push_back(
        Route("POST", kEnrolPath, kForEverybody, "Makes a machine a node, by a token that is used up")
            .takes(Schema("Enrolment", "Who joins")
                       .with(text("token", "What 'goetia node token create' printed"))
                       .with(text("name", "For people: letters, digits, '.', '_', '-'")))
            .answers(200, Schema("Enrolled", "Kept by the node")
                              .with(text("node", "Its id"))
                              .with(text("secret", "Shown once: who has it is the node"))
                              .with(text("signing_key", "That signs what the node may run")))
            .does([&service](const RouteCall& call, const RouteAnswer& answer) {
                const Json& body = *call.body;
                service.enrol(body["token"], body["name"], [answer](const Result<EnrolledNode>& made) {
                    if (!made) return answer(made.error());
                    answer(json_response(
                        {{"node", made->id}, {"secret", made->secret}, {"signing_key", made->signing_key}}));
                });
            }));
    routes.push_back(Route("GET", kSessionPath, kNodeOnly, "Status up, desired document down")
                         .opens(
                             [&service](const RouteCall& call, const std::shared_ptr<WebSocket>& socket) {
                                 service.open_session(node_of(call), socket);
                             },
                             kLargestStatus));
    routes.push_back(Route("POST", kStreamsPath, kNodeOnly,
                           "Appends to a stream of an attempt, where it ends; the header Goetia-Request says to which")
                         .takes_bytes(kLargestChunk, "The bytes")
                         .answers(200, Schema("AppendAnswer", "What became of it")
                                           .with(text("outcome", "In a word"))
                                           .with(integer("generation", "That is written now"))
                                           .with(integer("length", "Of the master's copy"))
                                           .with(boolean("ended", "The stream is whole")))
                         .works([&service](const RouteCall& call) { return append_to(service, call); }));
    routes.push_back(Route("POST", kObjectsPath, kNodeOnly,
                           "One piece of an object of an attempt; the header Goetia-Request says of which")
                         .takes_bytes(kLargestChunk, "The piece; none asks what is here")
                         .answers(200, Schema("ObjectAnswer", "What became of it")
                                           .with(text("outcome", "In a word"))
                                           .with(integer("length", "That is here")))
                         .works([&service](const RouteCall& call) { return put_to(service, call); }));
    routes.push_back(Route("GET", "/agent/objects/{sha256}", kNodeOnly,
                           "A package, runtime bundle, data set or checkpoint by its hash, in ranges")
                         .answers_bytes("application/octet-stream", "The object")
                         .works([&service](const RouteCall& call) -> Result<HttpResponse> {
                             const std::string sha256 = call.path_text("sha256");
                             const Error none = not_found("there is no object '{}' for this node", sha256);
                             if (!is_sha256(sha256) || !service.objects().contains(sha256)) return none;
                             GOETIA_ASSIGN(const bool wanted, service.may_fetch(node_of(call), sha256));
                             if (!wanted) return none;
                             return file_response(call.request, service.object_path(sha256), sha256,
                                                  "application/octet-stream");
                         }));
    return routes;
}

std::vector<Route> object_routes(MasterService& service) {
    std::vector<Route> routes;
    routes.push_back(Route("PUT", "/api/objects/{sha256}", kWriteObjects, "One piece of a package, bundle or data set")
                         .in_query(integer("bytes", "Of the whole object").at_least(0))
                         .in_query(integer("offset", "Where this piece begins").at_least(0).fallback(0))
                         .takes_bytes(kLargestChunk, "The piece; none asks what is here")
                         .answers(200, Schema("ObjectAnswer", "What became of it")
                                           .with(text("outcome", "In a word"))
                                           .with(integer("length", "That is here")))
                         .works([&service](const RouteCall& call) -> Result<HttpResponse> {
                             Json document = *call.query;
                             document["sha256"] = call.path_text("sha256");
                             document["fence"] = 1;  // of no attempt
                             GOETIA_ASSIGN(const ObjectChunk chunk, object_chunk_from(document));
                             GOETIA_ASSIGN(const ObjectAnswer answer,
                                           service.put_package(call.caller, chunk, call.request.body));
                             return json_response(to_json(answer));
                         }));
    return routes;
}

}  // namespace goetia
