#include "master/models/model_library.h"

#include "base/clock.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "experiment/journal_records.h"
#include "master/experiments/visible_experiment.h"
#include "master/models/best_checkpoint.h"
#include "master/service/ownership.h"
#include "net/tls.h"
#include "protocol/names.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWeightsFile = "weights.pth";

}  // namespace

Json ModelLibrary::shown(const ModelRow& row) {
    const Result<Json> read = parse_json(row.body, "the row of a model");
    const Json body = read && read->is_object() ? *read : Json::object();
    return {{"id", row.id},
            {"name", row.name},
            {"owner", row.owner},
            {"owner_name", body.value("owner_name", "")},
            {"experiment", row.experiment},
            {"task", row.task},
            {"sha256", row.hash},
            {"bytes", row.bytes},
            {"epoch", body.value("epoch", Json())},
            {"step", body.value("step", Json())},
            {"metrics", body.value("metrics", Json::object())},
            {"created_at", row.created_at}};
}

fs::path ModelLibrary::file(const ModelRow& row) const { return data_ / "models" / row.id / kWeightsFile; }

Result<Json> ModelLibrary::save(const Caller& caller, const std::string& experiment, const std::string& name) {
    GOETIA_ASSIGN(const ExperimentRow from, visible_experiment(store_, caller, experiment));
    GOETIA_ASSIGN(const CheckpointRecord best, best_checkpoint(data_ / "experiments" / from.id));
    const std::string wanted = name.empty() ? (from.name.empty() ? from.id : from.name) : name;
    if (wanted.size() > 200 || !is_plain_text(wanted)) return invalid("the name of a model is a text of one line");
    if (!objects_.contains(best.sha256))
        return make_error(Code::kWrongState, "the best checkpoint of experiment '{}' has not arrived from its node yet",
                          from.id);
    std::vector<ModelRow> same;
    GOETIA_TRY(store_.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(same, rows_where<ModelRow>(database, " WHERE owner = $1 AND name = $2 AND hash = $3",
                                                 {caller.id, wanted, best.sha256}));
        return {};
    }));
    if (!same.empty()) return shown(same[0]);
    const Json body = {{"owner_name", caller.name},
                       {"epoch", best.epoch},
                       {"step", best.step},
                       {"metrics", best.metrics},
                       {"experiment_name", from.name}};
    const ModelRow row{.id = sha256_hex(random_secret()).substr(0, 12),
                       .name = wanted,
                       .owner = caller.id,
                       .experiment = from.id,
                       .task = from.task,
                       .hash = best.sha256,
                       .bytes = static_cast<std::int64_t>(best.bytes),
                       .created_at = to_seconds(now()),
                       .body = json_text(body)};
    // The file comes first: what has another name is not swept.
    GOETIA_TRY(make_folders(file(row).parent_path()));
    GOETIA_TRY(objects_.link(row.hash, file(row).parent_path(), kWeightsFile));
    const Status written = store_.write([&](StoreTransaction& change) -> Status {
        GOETIA_TRY(change.put(row));
        return change.audit({.time = row.created_at,
                             .actor = caller.name,
                             .action = "model.save",
                             .subject = row.id,
                             .detail = row.name});
    });
    if (!written) {
        std::error_code none;
        fs::remove_all(file(row).parent_path(), none);
        return written.error();
    }
    return shown(row);
}

Result<std::vector<Json>> ModelLibrary::list(const Caller& caller) {
    std::vector<Json> all;
    GOETIA_TRY(store_.read([&](SqlConnection& database) -> Status {
        all.clear();
        return each_row<ModelRow>(database, "", {}, [&](const ModelRow& row) {
            if (may_see(caller, row.owner)) all.push_back(shown(row));
        });
    }));
    return all;
}

Result<ModelRow> ModelLibrary::find(const Caller& caller, const std::string& id) {
    std::vector<ModelRow> rows;
    GOETIA_TRY(store_.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(rows, rows_where<ModelRow>(database, " WHERE id = $1", {id}));
        return {};
    }));
    if (rows.empty() || !may_see(caller, rows[0].owner)) return not_found("there is no model '{}'", id);
    return rows[0];
}

Result<Json> ModelLibrary::erase(const Caller& caller, const std::string& id) {
    GOETIA_ASSIGN(const ModelRow row, find(caller, id));
    GOETIA_TRY(store_.write([&](StoreTransaction& change) -> Status {
        GOETIA_TRY(change.sql().run("DELETE FROM models WHERE id = $1", {row.id}));
        return change.audit({.time = to_seconds(now()),
                             .actor = caller.name,
                             .action = "model.delete",
                             .subject = row.id,
                             .detail = row.name});
    }));
    std::error_code code;
    fs::remove_all(file(row).parent_path(), code);
    if (code) return os_error("remove the files of model", row.name, code.value());
    return Json{{"id", row.id}, {"deleted", true}};
}

}  // namespace goetia
