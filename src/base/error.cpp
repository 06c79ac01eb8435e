#include "base/error.h"

#include <cerrno>
#include <system_error>

namespace goetia {

std::string_view code_name(Code code) {
    switch (code) {
        case Code::kFailed: return "failed";
        case Code::kInvalid: return "invalid";
        case Code::kNotFound: return "not_found";
        case Code::kDenied: return "denied";
        case Code::kUnavailable: return "unavailable";
        case Code::kWrongState: return "wrong_state";
        case Code::kUnsupported: return "unsupported";
        case Code::kCancelled: return "cancelled";
    }
    return "failed";
}

std::string to_string(const Fault& fault) {
    std::string text;
    if (!fault.file.empty()) {
        text += fault.line > 0 ? fmt::format("{}:{}: ", fault.file, fault.line) : fmt::format("{}: ", fault.file);
    }
    if (!fault.path.empty()) text += fmt::format("{}: ", fault.path);
    text += fault.message;
    if (!fault.found.empty()) text += fmt::format(", found {}", fault.found);
    if (!fault.allowed.empty()) text += fmt::format(" (allowed: {})", fault.allowed);
    if (!fault.nearest.empty()) text += fmt::format("; did you mean '{}'?", fault.nearest);
    return text;
}

Error Error::within(std::string_view where) && {
    message = fmt::format("{}: {}", where, message);
    return std::move(*this);
}

std::string to_string(const Error& error) {
    std::string text = error.message;
    for (const Fault& fault : error.faults) text += "\n  " + to_string(fault);
    return text;
}

Error os_error(std::string_view what, std::string_view subject, int error_number) {
    const Code code = error_number == ENOENT                            ? Code::kNotFound
                      : error_number == EACCES || error_number == EPERM ? Code::kDenied
                      : error_number == EROFS                           ? Code::kDenied
                                                                        : Code::kFailed;
    return make_error(code, "cannot {} '{}': {}", what, subject, std::generic_category().message(error_number));
}

}  // namespace goetia
