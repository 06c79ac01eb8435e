#include "base/error_json.h"

#include <array>

#include "base/json.h"

namespace goetia {
namespace {

Code code_of(const std::string& name) {
    constexpr std::array kAll{Code::kFailed,      Code::kInvalid,    Code::kNotFound,    Code::kDenied,
                              Code::kUnavailable, Code::kWrongState, Code::kUnsupported, Code::kCancelled};
    for (const Code code : kAll) {
        if (code_name(code) == name) return code;
    }
    return Code::kFailed;
}

Fault fault_from(const Json& json) {
    return {.path = json.value("path", ""),
            .file = json.value("file", ""),
            .line = json.value("line", 0),
            .message = json.value("message", ""),
            .found = json.value("found", ""),
            .allowed = json.value("allowed", ""),
            .nearest = json.value("nearest", "")};
}

}  // namespace

Json to_json(const Fault& fault) {
    return {{"path", fault.path},   {"file", fault.file},       {"line", fault.line},      {"message", fault.message},
            {"found", fault.found}, {"allowed", fault.allowed}, {"nearest", fault.nearest}};
}

Json to_json(const Error& error) {
    Json faults = Json::array();
    for (const Fault& fault : error.faults) faults.push_back(to_json(fault));
    return {{"error", {{"code", code_name(error.code)}, {"message", error.message}, {"faults", std::move(faults)}}}};
}

std::optional<Error> error_from_json(const Json& json) {
    if (!json.is_object() || !json.contains("error") || !json["error"].is_object()) return std::nullopt;
    try {
        const Json& body = json["error"];
        Error error{code_of(body.value("code", "failed")), body.value("message", ""), {}};
        for (const Json& fault : body.value("faults", Json::array())) error.faults.push_back(fault_from(fault));
        return error;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

}  // namespace goetia
