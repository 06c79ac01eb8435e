#include "apps/goetia/command.h"

#include <cstdio>
#include <exception>

#include "base/error_json.h"
#include "base/utf8.h"

namespace goetia::cli {

int exit_code(Code code) {
    switch (code) {
        case Code::kFailed: return kFailed;
        case Code::kInvalid: return kInvalid;
        case Code::kNotFound: return kNotFound;
        case Code::kDenied: return kDenied;
        case Code::kUnavailable: return kUnavailable;
        case Code::kWrongState: return kWrongState;
        case Code::kUnsupported: return kInvalid;
        case Code::kCancelled: return kInterrupted;
    }
    return kFailed;
}

namespace {

// What came out of a file must not move a terminal's cursor, nor end the text: control characters, and bytes that are
// no letters, are shown as \x1b.
std::string printable(std::string_view text) {
    std::string safe;
    safe.reserve(text.size());
    for (const char letter : with_bad_bytes_shown(text)) {
        const auto code = static_cast<unsigned char>(letter);
        if (code >= 0x20 ? code != 0x7F : letter == '\n' || letter == '\t') safe += letter;
        else safe += fmt::format("\\x{:02x}", code);
    }
    return safe;
}

// What a library threw ends the work like any error; what was begun tidies itself up on the way here.
Result<Outcome> caught(const std::function<Result<Outcome>()>& work) {
    try {
        return work();
    } catch (const std::exception& thrown) {
        return failed("the work broke off: {}; this is a mistake of the program, please tell its makers",
                      thrown.what());
    }
}

}  // namespace

void Context::on(CLI::App* command, std::function<Result<Outcome>()> does) {
    command->callback([this, does = std::move(does)] { work = does; });
}

void Context::say(const std::string& line) const {
    std::FILE* out = json ? stderr : stdout;
    std::fputs((printable(line) + "\n").c_str(), out);
    std::fflush(out);
}

int finish(Context& context) {
    const Result<Outcome> result = caught(context.work);
    const auto print_json = [](const Json& json) {
        std::puts(json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
    };
    if (!result) {
        std::fputs(("goetia: " + printable(to_string(result.error())) + "\n").c_str(), stderr);
        if (context.json) print_json(to_json(result.error()));
        return exit_code(result.error().code);
    }
    std::fputs(printable(result->text).c_str(), context.json ? stderr : stdout);
    if (context.json) print_json(result->json);
    return result->exit_code;
}

}  // namespace goetia::cli
