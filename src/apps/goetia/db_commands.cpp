// goetia db backup|restore|sync|status|storage|retention: what a master has on its disk, and its copies.
#include <memory>

#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/database_address.h"
#include "apps/goetia/experiment_text.h"
#include "apps/goetia/master_call.h"
#include "apps/goetia/stop_on_signals.h"
#include "base/clock.h"
#include "master/storage/backup.h"
#include "master/store/mysql_copy.h"

namespace goetia::cli {
namespace {

struct DbOptions {
    std::filesystem::path data, folder;
    std::string target, database;
    MasterOptions master;
    bool yes = false;
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

using BackupWork = Result<BackupReport> (*)(const BackupOptions&);

Result<Outcome> copy_whole(const DbOptions& options, BackupWork work, const char* sentence) {
    return stoppable([&](const StopToken& stop) -> Result<Outcome> {
        GOETIA_ASSIGN(const BackupReport report, work({.data = options.data,
                                                       .folder = options.folder,
                                                       .database = with_password(options.database),
                                                       .stop = stop}));
        return Outcome{.json = to_json(report),
                       .text = fmt::format("{}: {} files, {}, of which {} were written now\n", sentence, report.files,
                                           readable_bytes(static_cast<std::uintmax_t>(report.bytes)),
                                           readable_bytes(static_cast<std::uintmax_t>(report.copied)))};
    });
}

Result<Outcome> show_storage(const DbOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json use, master.ask("GET", "/api/storage"));
    const auto line = [](const std::string& what, const Json& bytes) {
        return fmt::format("  {:<14} {:>12}\n", what, readable_bytes(bytes.get<std::uintmax_t>()));
    };
    std::string text;
    for (const auto& [kind, bytes] : use["kinds"].items()) text += line(kind, bytes);
    text += line("all", use["bytes"]) + line("disk", use["disk"]["bytes"]) + line("free", use["disk"]["free"]);
    return Outcome{.json = std::move(use), .text = text};
}

Result<Outcome> apply_retention(const DbOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(Json planned, master.ask("POST", "/api/storage/retention", Json::object()));
    if (options.yes) {
        GOETIA_ASSIGN(planned, master.ask("POST", "/api/storage/retention", {{"plan", planned["plan"]}}));
    }
    std::string text;
    for (const Json& step : planned["steps"])
        text +=
            fmt::format("  {}{}  {}\n", step.value("experiment", ""),
                        step["path"].is_null() ? "" : "/" + step["path"].get<std::string>(), step.value("reason", ""));
    const std::string bytes = readable_bytes(planned["bytes"].get<std::uintmax_t>());
    text += options.yes ? fmt::format("{} freed\n", bytes)
                        : fmt::format("{} would be freed; 'goetia db retention --yes' does it\n", bytes);
    return Outcome{.json = std::move(planned), .text = text};
}

using DbWork = Result<Outcome> (*)(const DbOptions&);

std::pair<Command&, std::shared_ptr<DbOptions>> add_db_verb(Command& db, Context& context, const std::string& name,
                                                            const std::string& sentence, DbWork work) {
    Command& command = db.command(name, sentence);
    auto options = std::make_shared<DbOptions>();
    context.on(command, [options, work] { return work(*options); });
    return {command, options};
}

void add_data(Command& command, DbOptions& options) {
    command.option("--data", options.data, "the data folder of the master")
        .metavar("DIR")
        .env("GOETIA_DATA")
        .required();
}

void add_backup(Command& command, DbOptions& options) {
    command.positional("folder", options.folder, "Of the backup").required().metavar("DIR");
    add_data(command, options);
    command
        .option("--database", options.database,
                "the database, where it is not in that folder: postgresql://user@host/name; GOETIA_DB_PASSWORD holds "
                "its password")
        .metavar("URL");
}

}  // namespace

void add_db_commands(Command& app, Context& context) {
    Command& db = app.command("db", "A master's records: back up, restore, copy to MySQL or MariaDB, free");
    db.needs_command();
    {
        const auto [command, options] =
            add_db_verb(db, context, "backup", "Copy everything of a master to a folder, also while it runs",
                        [](const DbOptions& chosen) { return copy_whole(chosen, take_backup, "the backup is whole"); });
        add_backup(command, *options);
    }
    {
        const auto [command, options] = add_db_verb(
            db, context, "restore", "Make a master's data folder of a backup",
            [](const DbOptions& chosen) { return copy_whole(chosen, restore_backup, "restored and checked"); });
        add_backup(command, *options);
    }
    {
        const auto [command, options] = add_db_verb(
            db, context, "sync", "Copy what is new; can be cut off and repeated at any time", sync_database);
        add_data(command, *options);
        command
            .option("--to", options->target,
                    "the database: mysql://user@host:3306/database; GOETIA_DB_PASSWORD holds its password")
            .metavar("URL")
            .required();
    }
    {
        const auto [command, options] =
            add_db_verb(db, context, "status", "Show how far the last copy came", show_database);
        add_data(command, *options);
    }
    {
        const auto [command, options] =
            add_db_verb(db, context, "storage", "Show what a master's data take of its disk", show_storage);
        add_master_options(command, options->master);
    }
    {
        const auto [command, options] = add_db_verb(
            db, context, "retention", "Show what goes by the master's settings; with --yes it goes", apply_retention);
        add_master_options(command, options->master);
        command.flag("--yes,-y", options->yes, "Delete it");
    }
}

}  // namespace goetia::cli
