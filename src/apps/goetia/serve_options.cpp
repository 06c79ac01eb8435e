#include "apps/goetia/serve_options.h"

#include <cstdlib>

#include "apps/goetia/master_call.h"
#include "master/page/page_files.h"

namespace goetia::cli {

void add_serve_options(Command& command, ServeOptions& options) {
    if (options.data.empty()) options.data = default_master_data();
    command.option("--data", options.data, "Folder of its data").metavar("DIR").env("GOETIA_DATA").show_default();
    command.option("--host", options.host, "Address to listen at; beyond this machine with --tls").show_default();
    command.option("--port", options.port, "Port; 0: any free one").range(0, 65535).show_default();
    command.option("--database", options.database, "'sqlite:///FILE' or 'postgresql://HOST/NAME'; none: in DIR");
    command.option("--tls", options.tls, "'own': a key made at the first start; or 'CERT,KEY'");
    command
        .option("--copy-to", options.copy_to,
                "Copy configs and metrics to 'mysql://user@host/database'; GOETIA_DB_PASSWORD holds its password")
        .metavar("URL");
    command
        .option("--data-sets", options.data_sets,
                "A folder whose data sets may be registered and checked, besides DIR/datasets")
        .metavar("DIR")
        .repeated();
    command.option("--page", options.page, "Folder of the web page; none: the one that was built or installed with it")
        .metavar("DIR")
        .env("GOETIA_PAGE");
    command.option("--ageing", options.ageing, "Waiting time that counts as 10 points of priority").show_default();
}

std::filesystem::path page_folder(const ServeOptions& options) {
    return options.page.empty() ? built_page() : options.page;
}

std::vector<std::string> words_of(const ServeOptions& options) {
    std::vector<std::string> words = {"--data",     options.data,  "--host",
                                      options.host, "--port",      std::to_string(options.port),
                                      "--ageing",   options.ageing};
    if (!options.page.empty()) words.insert(words.end(), {"--page", std::filesystem::absolute(options.page)});
    if (!options.database.empty()) words.insert(words.end(), {"--database", options.database});
    if (!options.tls.empty()) words.insert(words.end(), {"--tls", options.tls});
    if (!options.copy_to.empty()) words.insert(words.end(), {"--copy-to", options.copy_to});
    for (const std::filesystem::path& folder : options.data_sets) words.insert(words.end(), {"--data-sets", folder});
    return words;
}

Result<Moment> moment_from(const std::string& text) {
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    const std::string unit = end;
    const double factor = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
    if (end == text.c_str() || factor == 0 || number <= 0)
        return invalid("--ageing is a time such as '10m', '30s' or '2h', found '{}'", text);
    return static_cast<Moment>(number * factor * kSecond);
}

}  // namespace goetia::cli
