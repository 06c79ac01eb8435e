#include "protocol/object_signature.h"

namespace goetia {
namespace {

std::string signed_text(SignedKind kind, std::string_view sha256) {
    return fmt::format("goetia {} {}\n", name_of(kind), sha256);
}

}  // namespace

std::string_view name_of(SignedKind kind) {
    switch (kind) {
        case SignedKind::kPackage: return "package";
        case SignedKind::kRuntime: return "runtime";
        case SignedKind::kAgent: return "agent";
    }
    return "";
}

std::string object_signature(const SigningKey& key, SignedKind kind, std::string_view sha256) {
    return key.sign(signed_text(kind, sha256));
}

Status check_object(const WantedObject& object, SignedKind kind, std::string_view public_key) {
    if (object.signature.empty())
        return make_error(Code::kDenied, "{} {} carries no signature of the master; update the master, or enrol anew",
                          name_of(kind), object.sha256);
    Status status = check_signature(signed_text(kind, object.sha256), object.signature, public_key);
    if (status) return status;
    return std::move(status).error().within(fmt::format("{} {}", name_of(kind), object.sha256));
}

}  // namespace goetia
