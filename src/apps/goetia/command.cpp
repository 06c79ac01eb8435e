#include "apps/goetia/command.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>

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

// Text from a file must not move a terminal's cursor or end the output: control characters and bytes that are not UTF-8
// are shown as \x1b.
std::string printable(std::string_view text) {
    std::string safe;
    safe.reserve(text.size());
    const std::string valid = escape_invalid_utf8(text);
    for (std::size_t i = 0; i < valid.size(); ++i) {
        const char letter = valid[i];
        const auto code = static_cast<unsigned char>(letter);
        const bool ends_line = letter == '\n' || (letter == '\r' && i + 1 < valid.size() && valid[i + 1] == '\n');
        if (code >= 0x20 ? code != 0x7F : ends_line || letter == '\t') safe += letter;
        else safe += fmt::format("\\x{:02x}", code);
    }
    return safe;
}

void print_json(const Json& json) { std::puts(json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str()); }

int report(const Error& error, bool json) {
    std::fputs(("goetia: " + printable(to_string(error)) + "\n").c_str(), stderr);
    if (json) print_json(to_json(error));
    return exit_code(error.code);
}

// Converts an exception to an error: out of memory, or a failure inside a library.
Error error_of(const std::exception& fault) {
    if (dynamic_cast<const std::bad_alloc*>(&fault) == nullptr)
        return failed("the command was aborted: {}; this is a bug, please report it", fault.what());
    return failed(
        "there is not enough memory for this; use smaller images or fewer threads, or give the "
        "program more memory");
}

Result<Outcome> outcome_of(const Context& context) try { return context.work(); } catch (const std::exception& fault) {
    return error_of(fault);
}

bool errors_as_json = false;

// The terminate handler: an exception that leaves a thread ends the program, with its message.
[[noreturn]] void on_terminate() {
    try {
        if (const std::exception_ptr fault = std::current_exception()) std::rethrow_exception(fault);
    } catch (const std::exception& fault) {
        const int code = report(error_of(fault), errors_as_json);
        std::fflush(nullptr);
        std::_Exit(code);
    } catch (...) {
    }
    std::abort();
}

}  // namespace

void Context::on(Command& command, std::function<Result<Outcome>()> does) {
    command.on_chosen([this, does = std::move(does)] { work = does; });
}

void Context::say(const std::string& line) const {
    std::FILE* out = json ? stderr : stdout;
    std::fputs((printable(line) + "\n").c_str(), out);
    std::fflush(out);
}

int finish(Context& context) {
    errors_as_json = context.json;
    std::set_terminate(on_terminate);
    const Result<Outcome> result = outcome_of(context);
    if (!result) return report(result.error(), context.json);
    std::fputs(printable(result->text).c_str(), context.json ? stderr : stdout);
    if (context.json) print_json(result->json);
    return result->exit_code;
}

}  // namespace goetia::cli
