// The one error type of the project: a neutral code, a sentence for the user and, for documents, every fault found.
//
// Wording (tested by text): lower case, no full stop, subject in quotes, what was found, what is allowed, what to do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace goetia {

// Neutral codes. They are translated once, at the boundary: by apps/ to exit codes, by the API to HTTP statuses.
enum class Code {
    kFailed,       // the operation itself failed: disk, process, arithmetic
    kInvalid,      // the user's document, value or file is not usable
    kNotFound,     // the named thing does not exist
    kDenied,       // it exists, but this caller has no permission
    kUnavailable,  // a dependency does not answer; a retry may help
    kWrongState,   // valid at another time: already finished, already exists
    kUnsupported,  // understood, but not supported by this build or this format
    kCancelled,    // the user asked to stop
};

std::string_view code_name(Code code);

// One fault of a document. Members that are not known are empty; `line` is 0 then.
struct Fault {
    std::string path;  // where in the document: "training.batch_size"
    std::string file;  // the file that contains it
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

    // Adds the context of the error, once, at a boundary: "in transform 'Resize' (augmentation.train[1]): ...".
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

// An error of the operating system with its own message: "cannot open 'x': No such file or directory".
Error os_error(std::string_view what, std::string_view subject, int error_number);

}  // namespace goetia
