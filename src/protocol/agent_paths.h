// Where an agent meets its master: the paths of its requests, and where in them the documents are. Everything but the
// enrolment carries "Authorization: Bearer NODE.SECRET".
#pragma once

#include <string_view>

namespace goetia {

// POST {"token", "name"}: 200 {"node", "secret", "signing_key"}; 403 when the token is not valid, or was used. The key
// is that of object_signature.h: from then on the node takes nothing unsigned.
constexpr std::string_view kEnrolPath = "/agent/enrol";

// WebSocket. The master's first message is {"session": N}; from then on it sends NodeDesired documents, the agent sends
// NodeStatus documents.
constexpr std::string_view kSessionPath = "/agent/session";

// POST, with the request's document in the header kRequestHeader on one line, and its bytes as the body; the answer's
// document is the body of the answer. To streams: AppendRequest and AppendAnswer; to objects: ObjectChunk,
// ObjectAnswer.
constexpr std::string_view kStreamsPath = "/agent/streams";
constexpr std::string_view kObjectsPath = "/agent/objects";
constexpr std::string_view kRequestHeader = "Goetia-Request";

// GET kObjectsPath/SHA256 with a Range: the bytes of an object that this node's attempts want, 206.

}  // namespace goetia
