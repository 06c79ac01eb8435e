// The one error of the project: a neutral code, a sentence for the user, and (for documents) every fault at once.
//
// Wording (tested by text): lower case, no full stop, subject in quotes, what was found, what is allowed, what to do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace goetia {

// Neutral codes. Each edge translates them once: apps/ to exit codes, the API to HTTP statuses.
enum class Code {
    kFailed,       // the work itself went wrong: disk, process, arithmetic
    kInvalid,      // the user's document, value or file cannot be used as it stands
    kNotFound,     // what was named does not exist
    kDenied,       // it exists, but this caller may not
    kUnavailable,  // something this depends on does not answer; trying again may help
    kWrongState,   // legal at another moment: already finished, already exists
    kUnsupported,  // understood, but this build or this format cannot do it
    kCancelled,    // the user asked to stop
};

std::string_view code_name(Code code);

// One fault of a document. Empty members were not known; `line` is 0 then.
struct Fault {
    std::string path;  // where in the document: "training.batch_size"
    std::string file;  // which file said it
    int line = 0;
    std::string message;  // the sentence
    std::string found;
    std::string allowed;
    std::string nearest;  // the nearest known name, when a name was unknown
};

// "experiment.yaml:12: training.batch_size: must be at most 1024, found 4096 (allowed: 1 to 1024)"
std::string to_string(const Fault& fault);

struct Error {
    Code code = Code::kFailed;
    std::string message;
    std::vector<Fault> faults;

    // Says where it happened, once, at a boundary: "in transform 'Resize' (augmentation.train[1]): ...".
    Error within(std::string_view where) &&;
};

// The message and, below it, one line per fault.
std::string to_string(const Error& error);

template <class... Args>
Error make_error(Code code, fmt::format_string<Args...> format, Args&&... args) {
    return Error{code, fmt::format(format, std::forward<Args>(args)...), {}};
}

template <class... Args>
Error invalid(fmt::format_string<Args...> format, Args&&... args) {
    return make_error(Code::kInvalid, format, std::forward<Args>(args)...);
}

template <class... Args>
Error failed(fmt::format_string<Args...> format, Args&&... args) {
    return make_error(Code::kFailed, format, std::forward<Args>(args)...);
}

template <class... Args>
Error not_found(fmt::format_string<Args...> format, Args&&... args) {
    return make_error(Code::kNotFound, format, std::forward<Args>(args)...);
}

// A fault of the operating system, with its own words: "cannot open 'x': No such file or directory".
Error os_error(std::string_view what, std::string_view subject, int error_number);

}  // namespace goetia
