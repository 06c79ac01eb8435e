// goetia db sync|status: the copy of configs and metrics in a MySQL or MariaDB database.
#include <cstdlib>
#include <memory>

#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/stop_on_signals.h"
#include "base/clock.h"
#include "master/store/mysql_copy.h"

namespace goetia::cli {
namespace {

struct DbOptions {
    std::filesystem::path data;
    std::string target;
};

std::string copy_text(const CopyState& state) {
    std::string text = fmt::format("{} of {} experiments are up to date in '{}' ({} points copied, {})\n", state.copied,
                                   state.experiments, state.target, state.points,
                                   readable_local_time(WallTime(std::chrono::duration_cast<WallTime::duration>(
                                       std::chrono::duration<double>(state.time)))));
    if (!state.error.empty()) text += fmt::format("not copied: {}\n", state.error);
    return text;
}

Outcome copy_outcome(const CopyState& state) {
    return {.json = to_json(state), .text = copy_text(state), .exit_code = state.error.empty() ? kOk : kProblemsFound};
}

// The password is no part of a command line that others can read: GOETIA_DB_PASSWORD holds it.
std::string with_password(const std::string& url) {
    const char* password = std::getenv("GOETIA_DB_PASSWORD");
    const std::size_t at = url.find('@');
    if (password == nullptr || at == std::string::npos || url.find(':', url.find("://") + 3) < at) return url;
    std::string encoded;
    for (const char letter : std::string_view(password))
        encoded += fmt::format("%{:02x}", static_cast<unsigned char>(letter));
    return url.substr(0, at) + ":" + encoded + url.substr(at);
}

Result<Outcome> sync_database(const DbOptions& options) {
    return stoppable([&](const StopToken& stop) -> Result<Outcome> {
        CountLine line("experiments");
        GOETIA_ASSIGN(
            const CopyState state,
            copy_to_mysql({.data = options.data,
                           .url = with_password(options.target),
                           .stop = stop,
                           .on_progress = [&](std::int64_t done, std::int64_t all) { line.show(done, all); }}));
        return copy_outcome(state);
    });
}

Result<Outcome> show_database(const DbOptions& options) {
    GOETIA_ASSIGN(const CopyState state, read_copy_state(options.data));
    return copy_outcome(state);
}

}  // namespace

void add_db_commands(Command& app, Context& context) {
    Command& db = app.command("db", "Copy configs and metrics to a MySQL or MariaDB database");
    db.needs_command();
    const auto options = std::make_shared<DbOptions>();
    Command& sync = db.command("sync", "Copy what is new; can be cut off and repeated at any time");
    sync.option("--data", options->data, "the data folder of the master").metavar("DIR").env("GOETIA_DATA").required();
    sync.option("--to", options->target,
                "the database: mysql://user@host:3306/database; GOETIA_DB_PASSWORD holds its password")
        .metavar("URL")
        .required();
    context.on(sync, [options] { return sync_database(*options); });
    Command& status = db.command("status", "Show how far the last copy came");
    status.option("--data", options->data, "the data folder of the master")
        .metavar("DIR")
        .env("GOETIA_DATA")
        .required();
    context.on(status, [options] { return show_database(*options); });
}

}  // namespace goetia::cli
