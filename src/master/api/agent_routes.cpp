// What agents ask. Documents go over the WebSocket /agent/session: the status up, the desired document down, the first
// of which tells the number of the session.
#include <charconv>

#include "base/json.h"
#include "master/api/permissions.h"
#include "master/api/routes.h"
#include "net/file_response.h"
#include "net/problem.h"
#include "protocol/names.h"

namespace goetia {
namespace {

constexpr std::uint64_t kLargestStatus = 4 << 20;

NodeId node_of(const RouteCall& call) {
    NodeId id = 0;
    std::from_chars(call.caller.id.data(), call.caller.id.data() + call.caller.id.size(), id);
    return id;
}

ParamBuilder fence_param() { return integer("fence", "The attempt's number").between(1, 9007199254740992.0); }

Result<HttpResponse> append_to(MasterService& service, const RouteCall& call) {
    GOETIA_ASSIGN(const AppendRequest request, append_request_from(*call.query));
    GOETIA_ASSIGN(const AppendAnswer answer, service.append(node_of(call), request, call.request.body));
    return json_response(to_json(answer));
}

Result<ObjectChunk> chunk_of(const RouteCall& call) {
    Json chunk = *call.query;
    chunk["sha256"] = call.path_text("sha256");
    if (!chunk.contains("fence")) chunk["fence"] = 1;
    return object_chunk_from(chunk);
}

}  // namespace

std::vector<Route> agent_routes(MasterService& service) {
    std::vector<Route> routes;
    routes.push_back(
        Route("POST", "/agent/enrol", kForEverybody, "Makes a machine a node, by a token that is used up")
            .takes(Schema("Enrolment", "Who joins")
                       .with(text("token", "What 'goetia node token create' printed"))
                       .with(text("name", "For people: letters, digits, '.', '_', '-'")))
            .answers(201, Schema("Enrolled", "Kept by the node")
                              .with(text("node", "Its id"))
                              .with(text("secret", "Shown once: who has it is the node"))
                              .with(text("public_key", "That signs what the node may run")))
            .does([&service](const RouteCall& call, const RouteAnswer& answer) {
                const Json& body = *call.body;
                service.enrol(body["token"], body["name"], [answer](const Result<EnrolledNode>& made) {
                    if (!made) return answer(made.error());
                    answer(json_response(
                        {{"node", made->id}, {"secret", made->secret}, {"public_key", made->public_key}}, 201));
                });
            }));
    routes.push_back(Route("GET", "/agent/session", kNodeOnly, "Status up, desired document down")
                         .opens(
                             [&service](const RouteCall& call, const std::shared_ptr<WebSocket>& socket) {
                                 service.open_session(node_of(call), socket);
                             },
                             kLargestStatus));
    routes.push_back(Route("POST", "/agent/append", kNodeOnly, "Appends to a stream of an attempt, where it ends")
                         .in_query(fence_param())
                         .in_query(text("stream", "Its path below the attempt's folder"))
                         .in_query(integer("generation", "Of the stream").at_least(0).fallback(0))
                         .in_query(integer("offset", "Where the bytes begin").at_least(0))
                         .in_query(text("before", "SHA-256 of the last MiB before that").fallback(""))
                         .in_query(boolean("ends", "Nothing follows").fallback(false))
                         .takes_bytes(kLargestChunk, "The bytes")
                         .answers(200, Schema("AppendAnswer", "What became of it")
                                           .with(text("outcome", "In a word"))
                                           .with(integer("generation", "That is written now"))
                                           .with(integer("length", "Of the master's copy"))
                                           .with(boolean("ended", "The stream is whole")))
                         .works([&service](const RouteCall& call) { return append_to(service, call); }));
    routes.push_back(Route("PUT", "/agent/objects/{sha256}", kNodeOnly, "One piece of an object of an attempt")
                         .in_query(fence_param())
                         .in_query(integer("bytes", "Of the whole object").at_least(0))
                         .in_query(text("path", "Below the attempt's folder").fallback(""))
                         .in_query(text("kind", "What it is").fallback("other"))
                         .in_query(integer("offset", "Where this piece begins").at_least(0).fallback(0))
                         .takes_bytes(kLargestChunk, "The piece; none asks what is here")
                         .answers(200, Schema("ObjectAnswer", "What became of it")
                                           .with(text("outcome", "In a word"))
                                           .with(integer("length", "That is here")))
                         .works([&service](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const ObjectChunk chunk, chunk_of(call));
                             GOETIA_ASSIGN(const ObjectAnswer answer,
                                           service.put_object(node_of(call), chunk, call.request.body));
                             return json_response(to_json(answer));
                         }));
    routes.push_back(Route("GET", "/agent/objects/{sha256}", kNodeOnly,
                           "A package, runtime bundle, data set or checkpoint by its hash, in ranges")
                         .answers_bytes("application/octet-stream", "The object")
                         .works([&service](const RouteCall& call) -> Result<HttpResponse> {
                             const std::string sha256 = call.path_text("sha256");
                             if (!is_sha256(sha256) || !service.objects().contains(sha256)) {
                                 return not_found("there is no object '{}'", sha256);
                             }
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
                             GOETIA_ASSIGN(const ObjectChunk chunk, chunk_of(call));
                             GOETIA_ASSIGN(const ObjectAnswer answer,
                                           service.put_package(call.caller, chunk, call.request.body));
                             return json_response(to_json(answer));
                         }));
    return routes;
}

}  // namespace goetia
