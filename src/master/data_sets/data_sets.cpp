#include "master/data_sets/data_sets.h"

#include <array>

#include "base/clock.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "base/path_within.h"
#include "master/service/ownership.h"
#include "net/tls.h"
#include "protocol/names.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::pair<DataSetCheck, std::string_view>, 4> kChecks{{{DataSetCheck::kValidate, "validate"},
                                                                            {DataSetCheck::kCertificate, "certificate"},
                                                                            {DataSetCheck::kPreview, "preview"},
                                                                            {DataSetCheck::kMini, "mini"}}};

Json body_of(const DataSetRow& row) {
    Result<Json> body = parse_json(row.body, "the row of data set '" + row.name + "'");
    return body && body->is_object() ? std::move(*body) : Json::object();
}

Error no_data_set(const std::string& id) { return not_found("there is no data set '{}'", id); }

Error wrong_field(const std::string& path, std::string message, std::string found, std::string allowed) {
    return Error{
        Code::kInvalid,
        "the data set cannot be registered",
        {{.path = path, .message = std::move(message), .found = std::move(found), .allowed = std::move(allowed)}}};
}

}  // namespace

std::string_view name_of(DataSetCheck check) {
    for (const auto& [one, name] : kChecks)
        if (one == check) return name;
    return "";
}

std::optional<DataSetCheck> data_set_check_from(std::string_view name) {
    for (const auto& [one, known] : kChecks)
        if (known == name) return one;
    return std::nullopt;
}

Result<std::unique_ptr<DataSets>> DataSets::open(Store& store, DataSetOptions options) {
    options.roots.push_back(options.data / "datasets");
    GOETIA_TRY(make_folders(options.roots.back()));
    for (fs::path& root : options.roots) {
        std::error_code code;
        root = fs::canonical(root, code);
        if (code) return os_error("use as a folder of data", root.native(), code.value());
    }
    return std::unique_ptr<DataSets>(new DataSets(store, std::move(options)));
}

void DataSets::stop() {
    stop_.request_stop();
    views_.stop();
    pool_.stop();
}

// The only paths of callers that are opened here: below a folder that whoever runs the master named.
Result<fs::path> DataSets::place_here(const std::string& path) const {
    std::error_code code;
    const fs::path real = fs::canonical(path, code);
    for (const fs::path& root : options_.roots) {
        if (!code && is_path_within(real, root) && fs::is_directory(real, code)) return real;
    }
    return wrong_field("path", "is no folder below a folder of data of this master", path,
                       "a folder below DATA/datasets, or below one named by 'goetia master --data-sets DIR'");
}

Result<Json> DataSets::add(const Caller& caller, const NewDataSet& wanted) {
    if (wanted.name.empty() || wanted.name.size() > 128 || !is_identifier(wanted.name))
        return wrong_field("name", "is not a name", wanted.name, "letters, digits, '.', '_' and '-'");
    const fs::path path(wanted.path);
    if (!path.is_absolute() || !is_plain_text(wanted.path) || wanted.path.size() > 4096)
        return wrong_field("path", "is not an absolute path", wanted.path, "a path such as /data/coco");
    DataSetRow row{.id = sha256_hex(random_secret()).substr(0, 12),
                   .name = wanted.name,
                   .owner = caller.id,
                   .node = wanted.node,
                   .path = path.lexically_normal().native(),
                   .format = wanted.format,
                   .created_at = to_seconds(now()),
                   .version = 1};
    row.updated_at = row.created_at;
    if (!row.format.empty()) {
        GOETIA_ASSIGN(row.format, data_set_format(row.format));
    }
    Json body = {{"owner_name", caller.name}, {"verified", false}};
    if (row.node.empty()) {
        GOETIA_ASSIGN(const fs::path real, place_here(wanted.path));
        row.path = real.native();
        GOETIA_ASSIGN(const Json facts, data_set_facts(place_of(row)));
        body["facts"] = facts;
        body["verified"] = true;
        row.format = facts["section"].value("type", row.format);
    }
    row.body = json_text(body);
    GOETIA_TRY(store_.write([&](StoreTransaction& change) -> Status {
        if (!row.node.empty()) {
            GOETIA_ASSIGN(const auto nodes, rows_where<NodeRow>(change.sql(), " WHERE id = $1", {row.node}));
            if (nodes.empty())
                return wrong_field("node", "is no node of the pool", row.node, "the id of a node, or none");
        }
        GOETIA_ASSIGN(const auto same, rows_where<DataSetRow>(change.sql(), " WHERE name = $1", {row.name}));
        if (!same.empty()) return make_error(Code::kWrongState, "there is a data set '{}' already", row.name);
        GOETIA_TRY(change.put(row));
        return change.audit({.time = row.created_at,
                             .actor = caller.name,
                             .action = "dataset.register",
                             .subject = row.id,
                             .detail = row.name});
    }));
    return shown(row);
}

Result<std::vector<Json>> DataSets::list() {
    std::vector<Json> all;
    GOETIA_TRY(store_.read([&](SqlConnection& database) -> Status {
        all.clear();
        return each_row<DataSetRow>(database, "", {}, [&](const DataSetRow& row) { all.push_back(shown(row)); });
    }));
    return all;
}

Result<DataSetRow> DataSets::find(const std::string& id) {
    std::vector<DataSetRow> rows;
    GOETIA_TRY(store_.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(rows, rows_where<DataSetRow>(database, " WHERE id = $1 OR name = $1", {id}));
        return {};
    }));
    if (rows.empty()) return no_data_set(id);
    return rows[0].id == id || rows.size() == 1 ? rows[0] : rows[1];
}

Json DataSets::shown(const DataSetRow& row) {
    Json body = body_of(row);
    const bool is_here = row.node.empty();
    Json facts = body.value("facts", Json());
    if (facts.is_object()) facts.erase("section");
    return {{"id", row.id},
            {"name", row.name},
            {"owner", row.owner},
            {"owner_name", body.value("owner_name", "")},
            {"node", is_here ? Json() : Json(row.node)},
            {"path", row.path},
            {"format", row.format},
            {"verified", body.value("verified", false)},
            {"note", is_here ? "" : "as registered: it was not looked at on the node"},
            {"facts", std::move(facts)},
            {"fingerprint", body.value("fingerprint", Json())},
            {"created_at", row.created_at},
            {"updated_at", row.updated_at},
            {"etag", std::to_string(row.version)}};
}

Result<Json> DataSets::show(const std::string& id) {
    GOETIA_ASSIGN(const DataSetRow row, find(id));
    return shown(row);
}

Result<Json> DataSets::erase(const Caller& caller, const std::string& id) {
    GOETIA_ASSIGN(const DataSetRow row, find(id));
    if (!may_see(caller, row.owner))
        return make_error(Code::kDenied, "data set '{}' was registered by somebody else", row.name);
    GOETIA_TRY(store_.write([&](StoreTransaction& change) -> Status {
        GOETIA_TRY(change.sql().run("DELETE FROM datasets WHERE id = $1", {row.id}));
        return change.audit({.time = to_seconds(now()),
                             .actor = caller.name,
                             .action = "dataset.delete",
                             .subject = row.id,
                             .detail = row.name});
    }));
    std::error_code none;
    fs::remove(preview_file(row.id), none);
    return Json{{"id", row.id}, {"deleted", true}};
}

fs::path DataSets::preview_file(const std::string& id) const { return options_.data / "previews" / (id + ".png"); }

DataSetPlace DataSets::place_of(const DataSetRow& row) const {
    return {.folder = row.path, .format = row.format, .cache = options_.data / "hashes"};
}

}  // namespace goetia
