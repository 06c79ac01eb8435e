#include "master/experiments/artifact_records.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "base/hash.h"
#include "master/store/field_text.h"
#include "protocol/names.h"

namespace goetia {
namespace {

constexpr std::size_t kHashLetters = 64;

// Removes from `hashes` each that is written in the text.
void leave_out_named(std::set<std::string, std::less<>>& hashes, std::string_view text) {
    std::size_t begin = 0;
    for (std::size_t at = 0; at <= text.size(); ++at) {
        const bool is_digit = at < text.size() && is_hexadecimal(text.substr(at, 1));
        if (is_digit) continue;
        if (at - begin == kHashLetters) {
            if (const auto named = hashes.find(text.substr(begin, kHashLetters)); named != hashes.end())
                hashes.erase(named);
        }
        begin = at + 1;
    }
}

// Tasks of experiments that were deleted start from nothing any more.
constexpr const char* kTasksThatMayStart = " WHERE experiment = '' OR experiment IN (SELECT id FROM experiments)";

// A run that says nothing of it keeps all.
Result<std::size_t> kept_checkpoints(SqlConnection& database, const std::string& experiment) {
    std::size_t kept = std::numeric_limits<std::size_t>::max();
    GOETIA_TRY(each_row<ExperimentConfigRow>(
        database, " WHERE experiment = $1", {experiment}, [&](const ExperimentConfigRow& row) {
            each_field_line(row.fields, [&](std::string_view name, std::string_view text) {
                if (name != "checkpoint.max_keep") return;
                const ListValue value = field_value(text);
                const double* number = std::get_if<double>(&value);
                if (number != nullptr && *number >= 1) kept = static_cast<std::size_t>(*number);
            });
        }));
    return kept;
}

}  // namespace

std::string artifact_id(std::string_view path) { return sha256_hex(path).substr(0, 16); }

Status note_artifact(StoreTransaction& change, const ArtifactRow& row) {
    GOETIA_TRY(change.put(row));
    return change.put(
        ObjectRow{.hash = row.hash, .bytes = row.bytes, .owner = row.experiment, .created_at = row.created_at});
}

Result<std::vector<ArtifactRow>> artifacts_of(Store& store, const std::string& experiment) {
    std::vector<ArtifactRow> rows;
    GOETIA_TRY(store.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(rows, rows_where<ArtifactRow>(database, " WHERE experiment = $1 ORDER BY path", {experiment}));
        return {};
    }));
    return rows;
}

Result<std::vector<ArtifactRow>> replaced_checkpoints(Store& store, double since) {
    std::vector<ArtifactRow> replaced;
    GOETIA_TRY(store.read([&](SqlConnection& database) -> Status {
        replaced.clear();
        std::map<std::string, std::vector<ArtifactRow>> files;  // by experiment, the newest first
        GOETIA_TRY(each_row<ArtifactRow>(
            database,
            " WHERE kind = 'checkpoint' AND path LIKE 'checkpoints/checkpoint_epoch_%' AND experiment IN (SELECT "
            "experiment FROM artifacts WHERE kind = 'checkpoint' AND created_at >= $1) ORDER BY created_at DESC, path "
            "DESC",
            {since}, [&](ArtifactRow row) { files[row.experiment].push_back(std::move(row)); }));
        for (auto& [experiment, rows] : files) {
            GOETIA_ASSIGN(const std::size_t kept, kept_checkpoints(database, experiment));
            for (std::size_t i = kept; i < rows.size(); ++i) replaced.push_back(std::move(rows[i]));
        }
        return {};
    }));
    return replaced;
}

Status forget_artifacts(Store& store, ObjectStore& objects, const std::vector<ArtifactRow>& rows) {
    if (rows.empty()) return {};
    GOETIA_TRY(store.write([&](StoreTransaction& change) -> Status {
        for (const ArtifactRow& row : rows)
            GOETIA_TRY(change.sql().run("DELETE FROM artifacts WHERE experiment = $1 AND path = $2 AND hash = $3",
                                        {row.experiment, row.path, row.hash}));
        return {};
    }));
    for (const ArtifactRow& row : rows) {
        const Status unlinked = objects.unlink(objects.experiment(row.experiment), row.path);
        if (!unlinked && unlinked.error().code != Code::kNotFound) return unlinked.error();
    }
    return {};
}

Result<std::vector<ObjectRow>> unneeded_objects(Store& store, const std::optional<std::vector<std::string>>& among) {
    std::vector<ObjectRow> rows;
    GOETIA_TRY(store.read([&](SqlConnection& database) -> Status {
        rows.clear();
        std::set<std::string, std::less<>> hashes;
        const auto add = [&](ObjectRow row) {
            if (hashes.insert(row.hash).second) rows.push_back(std::move(row));
        };
        if (among) {
            for (const std::string& hash : *among)
                GOETIA_TRY(each_row<ObjectRow>(
                    database, " WHERE hash = $1 AND hash NOT IN (SELECT hash FROM artifacts WHERE hash = $1)", {hash},
                    add));
        } else {
            GOETIA_TRY(each_row<ObjectRow>(
                database, " WHERE NOT EXISTS (SELECT 1 FROM artifacts WHERE artifacts.hash = objects.hash)", {}, add));
        }
        if (hashes.empty()) return {};
        GOETIA_TRY(each_row<TaskRow>(database, kTasksThatMayStart, {},
                                     [&](const TaskRow& row) { leave_out_named(hashes, row.body); }));
        GOETIA_TRY(each_row<AttemptRow>(database, " WHERE is_live = 1", {},
                                        [&](const AttemptRow& row) { leave_out_named(hashes, row.body); }));
        std::erase_if(rows, [&](const ObjectRow& row) { return !hashes.contains(row.hash); });
        return {};
    }));
    return rows;
}

Result<std::int64_t> remove_objects(Store& store, ObjectStore& objects, const std::vector<ObjectRow>& rows) {
    if (rows.empty()) return std::int64_t{0};
    std::int64_t bytes = 0;
    for (const ObjectRow& row : rows) {
        GOETIA_ASSIGN(const std::int64_t freed, objects.remove(row.hash));
        bytes += freed;
    }
    GOETIA_TRY(store.write([&](StoreTransaction& change) -> Status {
        for (const ObjectRow& row : rows)
            GOETIA_TRY(change.sql().run(
                "DELETE FROM objects WHERE hash = $1 AND NOT EXISTS (SELECT 1 FROM artifacts WHERE hash = $1)",
                {row.hash}));
        return {};
    }));
    return bytes;
}

}  // namespace goetia
