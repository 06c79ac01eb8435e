#include "apps/goetia-runtime/command.h"

#include <algorithm>
#include <cstdio>

#include "base/error_json.h"

namespace goetia::runtime {

int report(const Error& error) {
    std::fprintf(stderr, "goetia-runtime: %s\n%s\n", to_string(error).c_str(),
                 to_json(error).dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
    switch (error.code) {
        case Code::kInvalid:
        case Code::kUnsupported: return 3;
        case Code::kNotFound: return 4;
        case Code::kDenied: return 5;
        case Code::kUnavailable: return 6;
        case Code::kWrongState: return 7;
        case Code::kCancelled: return 130;
        case Code::kFailed: return 1;
    }
    return 1;
}

std::optional<std::string> option(const Words& words, const std::string& name) {
    const auto found = std::find(words.begin(), words.end(), name);
    if (found == words.end() || found + 1 == words.end()) return std::nullopt;
    return *(found + 1);
}

}  // namespace goetia::runtime
