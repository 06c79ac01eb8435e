// An override that is understood reads the same when its value is written out again.
#include <string>

#include "config/override_grammar.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto read = goetia::config::parse_override(std::string(goetia::fuzz::text_of(data, size)));
    if (read && read->has_value && !read->is_sweep()) static_cast<void>(goetia::config::value_text(read->value));
    return 0;
}
