// The options of a master, which `goetia master` and `goetia up` take alike.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "apps/goetia/options.h"
#include "base/result.h"
#include "pool/pool_types.h"

namespace goetia::cli {

struct ServeOptions {
    std::filesystem::path data;
    std::filesystem::path page;  // folder of the built page; empty: the one beside this program, if it is there
    std::string host = "127.0.0.1", database, tls, ageing = "10m", copy_to;
    std::vector<std::filesystem::path> data_sets;  // folders whose data sets may be registered
    std::int64_t port = 8470;
};

void add_serve_options(Command& command, ServeOptions& options);

// The folder of the page that such a master serves; empty: it has none.
std::filesystem::path page_folder(const ServeOptions& options);

// The same as words for `goetia master`.
std::vector<std::string> words_of(const ServeOptions& options);

// "10m", "30s", "2h".
Result<Moment> moment_from(const std::string& text);

}  // namespace goetia::cli
