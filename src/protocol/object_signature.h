// The master's signature of what an agent runs or unpacks. It covers the hash and what the object is, so that a runtime
// bundle is not taken for a task's package or an agent's program. Agents know the master's public key from their
// enrolment, and check the signature before they read a byte of the object.
#pragma once

#include "base/signature.h"
#include "protocol/desired.h"

namespace goetia {

enum class SignedKind : std::uint8_t { kPackage, kRuntime, kAgent };

std::string_view name_of(SignedKind kind);  // "package", "runtime", "agent"

std::string object_signature(const SigningKey& key, SignedKind kind, std::string_view sha256);

// kDenied, with the reason, unless the object carries the signature of that key as an object of that kind.
Status check_object(const WantedObject& object, SignedKind kind, std::string_view public_key);

}  // namespace goetia
