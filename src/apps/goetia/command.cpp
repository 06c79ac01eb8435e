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

void print_json(const Json& json) { std::puts(json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str()); }

int tell(const Error& error, bool json) {
    std::fputs(("goetia: " + printable(to_string(error)) + "\n").c_str(), stderr);
    if (json) print_json(to_json(error));
    return exit_code(error.code);
}

// What came as no value: memory that was not to be had, or a library's own fault.
Error error_of(const std::exception& fault) {
    if (dynamic_cast<const std::bad_alloc*>(&fault) == nullptr)
        return failed("the work broke off: {}; this is a mistake of the program, please tell its makers", fault.what());
    return failed(
        "there is not enough memory for this; ask for less at once (smaller pictures, fewer threads), or give the "
        "program more");
}

Result<Outcome> outcome_of(const Context& context) try { return context.work(); } catch (const std::exception& fault) {
    return error_of(fault);
}

bool thread_tells_json = false;

// A thread that has nobody to hand its exception to ends the program, but not without a word.
[[noreturn]] void end_of_a_thread() {
    try {
        if (const std::exception_ptr fault = std::current_exception()) std::rethrow_exception(fault);
    } catch (const std::exception& fault) {
        const int code = tell(error_of(fault), thread_tells_json);
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
    thread_tells_json = context.json;
    std::set_terminate(end_of_a_thread);
    const Result<Outcome> result = outcome_of(context);
    if (!result) return tell(result.error(), context.json);
    std::fputs(printable(result->text).c_str(), context.json ? stderr : stdout);
    if (context.json) print_json(result->json);
    return result->exit_code;
}

}  // namespace goetia::cli
