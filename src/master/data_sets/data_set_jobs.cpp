// The jobs of data sets: checks that run here, one after another.
#include <map>

#include "base/clock.h"
#include "base/error_json.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/data_sets/data_sets.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// Where the set lies on this machine is for administrators; findings name files relative to it.
void hide_folder(Json& part, const std::string& folder) {
    if (part.is_structured()) {
        for (Json& one : part) hide_folder(one, folder);
        return;
    }
    if (!part.is_string()) return;
    std::string text = part.get<std::string>();
    bool changed = false;
    for (std::size_t at = 0; (at = text.find(folder, at)) != std::string::npos; changed = true) {
        const bool has_slash = at + folder.size() < text.size() && text[at + folder.size()] == '/';
        text.replace(at, folder.size() + (has_slash ? 1 : 0), has_slash ? "" : ".");
    }
    if (changed) part = text;
}

}  // namespace

struct DataSets::Jobs {
    std::map<std::pair<std::string, DataSetCheck>, Json> running;
};

DataSets::DataSets(Store& store, DataSetOptions options)
    : store_(store), options_(std::move(options)), jobs_(std::make_unique<Jobs>()) {}

DataSets::~DataSets() { stop(); }

Result<Json> DataSets::start(const Caller& caller, const std::string& id, DataSetCheck check, std::int64_t count) {
    GOETIA_ASSIGN(const DataSetRow row, find(id));
    if (!row.node.empty())
        return make_error(
            Code::kWrongState,
            "data set '{}' lies on a node, and no node checks data sets yet; use 'goetia dataset {}' there", row.name,
            name_of(check));
    Json job = {{"id", std::string(name_of(check))},
                {"dataset", row.id},
                {"kind", name_of(check)},
                {"state", "queued"},
                {"done", 0},
                {"all", nullptr},
                {"by", caller.name},
                {"created_at", to_seconds(now())},
                {"finished_at", nullptr},
                {"result", nullptr},
                {"error", nullptr}};
    {
        const std::scoped_lock lock(mutex_);
        const auto [known, is_new] = jobs_->running.try_emplace(std::pair(row.id, check), job);
        if (!is_new && known->second["finished_at"].is_null())
            return make_error(Code::kWrongState, "data set '{}' has a job '{}' that has not ended", row.name,
                              name_of(check));
        known->second = job;
    }
    const bool taken = pool_.submit([this, caller, id = row.id, check, count] { run(caller, id, check, count); });
    if (taken) return job;
    const std::scoped_lock lock(mutex_);
    jobs_->running.erase({row.id, check});
    return make_error(Code::kUnavailable, "the master stops, or too much waits; try again later");
}

void DataSets::run(const Caller& caller, const std::string& id, DataSetCheck check, std::int64_t count) {
    const auto change = [&](const std::function<void(Json&)>& work) {
        const std::scoped_lock lock(mutex_);
        if (const auto job = jobs_->running.find({id, check}); job != jobs_->running.end()) work(job->second);
    };
    change([](Json& job) { job["state"] = "running"; });
    const CheckProgress progress{
        .on_progress = [&](std::int64_t done,
                           std::int64_t all) { change([&](Json& job) { job["done"] = done, job["all"] = all; }); },
        .stop = stop_};
    const Result<DataSetRow> row = find(id);
    Result<Json> result = row ? result_of(caller, *row, check, count, progress) : Result<Json>(row.error());
    Json job;
    {
        const std::scoped_lock lock(mutex_);
        job = jobs_->running[{id, check}];
    }
    job["state"] = result ? "completed" : "failed";
    job["finished_at"] = to_seconds(now());
    if (result) job["result"] = std::move(*result);
    else job["error"] = to_json(result.error())["error"];
    if (row) hide_folder(job, row->path);
    const Status kept = keep(id, check, job);
    const std::scoped_lock lock(mutex_);
    if (kept) return void(jobs_->running.erase({id, check}));
    job["state"] = "failed";  // shown until it is asked for again
    job["error"] = to_json(kept.error())["error"];
    jobs_->running[{id, check}] = std::move(job);
}

Result<Json> DataSets::result_of(const Caller& caller, const DataSetRow& row, DataSetCheck check, std::int64_t count,
                                 const CheckProgress& progress) {
    const DataSetPlace place = place_of(row);
    switch (check) {
        case DataSetCheck::kValidate: return validate_data_set(place, progress);
        case DataSetCheck::kCertificate: return certify_data_set(place, progress);
        case DataSetCheck::kPreview: {
            GOETIA_ASSIGN(const std::string png, preview_data_set(place, count, progress));
            GOETIA_TRY(make_folders(preview_file(row.id).parent_path()));
            GOETIA_TRY(write_file_atomic(preview_file(row.id), png));
            return Json{{"bytes", png.size()}, {"sha256", sha256_hex(png)}};
        }
        case DataSetCheck::kMini: {
            const std::string name = row.name + "-mini-" + std::to_string(static_cast<std::int64_t>(to_seconds(now())));
            const fs::path target = options_.roots.back() / name;
            GOETIA_ASSIGN(Json told, write_mini_data_set(place, count, target, progress));
            GOETIA_ASSIGN(const Json added, add(caller, {.name = name, .node = "", .path = target, .format = ""}));
            told["dataset"] = added["id"];
            told["name"] = name;
            return told;
        }
    }
    return failed("there is no such check");
}

// Into the row: the newest job of each kind, and what the set is known by.
Status DataSets::keep(const std::string& id, DataSetCheck check, const Json& job) {
    return store_.write([&](StoreTransaction& change) -> Status {
        GOETIA_ASSIGN(std::vector<DataSetRow> rows, rows_where<DataSetRow>(change.sql(), " WHERE id = $1", {id}));
        if (rows.empty()) return {};  // it was removed meanwhile
        GOETIA_ASSIGN(Json body, parse_json(rows[0].body, "the row of a data set"));
        body["jobs"][std::string(name_of(check))] = job;
        if (check == DataSetCheck::kCertificate && job["result"].is_object())
            body["fingerprint"] = job["result"]["fingerprint"];
        rows[0].body = json_text(body);
        rows[0].updated_at = to_seconds(now());
        ++rows[0].version;
        GOETIA_TRY(change.put(rows[0]));
        return change.audit({.time = rows[0].updated_at,
                             .actor = job.value("by", ""),
                             .action = "dataset." + std::string(name_of(check)),
                             .subject = id,
                             .detail = job.value("state", "")});
    });
}

Result<std::vector<Json>> DataSets::jobs(const std::string& id) {
    GOETIA_ASSIGN(const DataSetRow row, find(id));
    GOETIA_ASSIGN(const Json body, parse_json(row.body, "the row of a data set"));
    std::vector<Json> jobs;
    const std::scoped_lock lock(mutex_);
    for (const DataSetCheck check :
         {DataSetCheck::kValidate, DataSetCheck::kCertificate, DataSetCheck::kPreview, DataSetCheck::kMini}) {
        const auto live = jobs_->running.find({row.id, check});
        const std::string name(name_of(check));
        if (live != jobs_->running.end()) jobs.push_back(live->second);
        else if (body.contains("jobs") && body["jobs"].contains(name)) jobs.push_back(body["jobs"][name]);
    }
    return jobs;
}

Result<fs::path> DataSets::preview(const std::string& id) {
    GOETIA_ASSIGN(const DataSetRow row, find(id));
    std::error_code none;
    if (!fs::exists(preview_file(row.id), none))
        return not_found("data set '{}' has no preview; ask for one by a job 'preview'", row.name);
    return preview_file(row.id);
}

}  // namespace goetia
