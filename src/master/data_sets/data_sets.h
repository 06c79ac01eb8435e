// Registered data sets: where one lies, at a node or here, and what is known of it. Everybody sees them; whoever
// registered one, or an administrator, removes its entry. Files are never removed.
//
// Those of the master lie below one of its folders of data, and can be checked by jobs: one at a time, in the order in
// which they were asked for. Those of a node are taken as they are said to be: no node checks them yet.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "base/json_fwd.h"
#include "base/stop.h"
#include "master/data_sets/augmented.h"
#include "master/data_sets/data_set_checks.h"
#include "master/data_sets/opened_sets.h"
#include "master/store/store.h"
#include "master/store/work_rows.h"
#include "net/route.h"
#include "net/work_pool.h"

namespace goetia {

enum class DataSetCheck { kValidate, kCertificate, kPreview, kMini };
std::string_view name_of(DataSetCheck check);
std::optional<DataSetCheck> data_set_check_from(std::string_view name);

struct NewDataSet {
    std::string name;
    std::string node;  // its id; empty: the master
    std::string path;  // absolute
    std::string format;
};

struct DataSetOptions {
    std::filesystem::path data;                // of the master
    std::vector<std::filesystem::path> roots;  // besides DATA/datasets
};

class DataSets {
  public:
    static Result<std::unique_ptr<DataSets>> open(Store& store, DataSetOptions options);
    ~DataSets();
    DataSets(const DataSets&) = delete;
    DataSets& operator=(const DataSets&) = delete;
    void stop();  // a job that runs is stopped, and told as such

    // All of these may wait for the disk.
    Result<Json> add(const Caller& caller, const NewDataSet& wanted);
    Result<std::vector<Json>> list();
    Result<Json> show(const std::string& id);  // or its name
    Result<Json> erase(const Caller& caller, const std::string& id);
    // kWrongState: one of this kind waits or runs already, or the set lies on a node.
    Result<Json> start(const Caller& caller, const std::string& id, DataSetCheck check, std::int64_t count);
    // The newest of each kind.
    Result<std::vector<Json>> jobs(const std::string& id);
    Result<std::filesystem::path> preview(const std::string& id);

    // To look at what is in one that lies here. They read images, so they are for a thread of later().
    bool later(std::function<void()> work) { return views_.submit(std::move(work)); }  // false: too much waits
    Result<Json> samples(const std::string& id, const SamplesAsked& asked);
    Result<std::string> picture(const std::string& id, const PictureAsked& asked);
    Result<Json> augmented(const std::string& id, const AugmentedAsked& asked);
    // What registering a folder of the master would find; nothing is kept.
    Result<Json> look(const std::string& path, const std::string& format);
    Result<DataSetRow> find(const std::string& id);
    [[nodiscard]] Json shown(const DataSetRow& row);

  private:
    DataSets(Store& store, DataSetOptions options);
    Result<std::filesystem::path> place_here(const std::string& path) const;
    [[nodiscard]] std::filesystem::path preview_file(const std::string& id) const;
    [[nodiscard]] DataSetPlace place_of(const DataSetRow& row) const;
    void run(const Caller& caller, const std::string& id, DataSetCheck check, std::int64_t count);
    Result<Json> result_of(const Caller& caller, const DataSetRow& row, DataSetCheck check, std::int64_t count,
                           const CheckProgress& progress);
    Result<std::shared_ptr<const OpenedSet>> opened(const std::string& id);
    [[nodiscard]] MayShow shown_files() const;  // those below the folders of data
    Status keep(const std::string& id, DataSetCheck check, const Json& job);

    Store& store_;
    DataSetOptions options_;
    StopToken stop_;
    std::mutex mutex_;
    struct Jobs;
    std::unique_ptr<Jobs> jobs_;  // those that wait or run
    OpenedSets opened_;
    WorkPool views_{2, 64};
    WorkPool pool_{1, 1000};
};

}  // namespace goetia
