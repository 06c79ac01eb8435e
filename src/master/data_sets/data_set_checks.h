// What the master finds out of a data set that lies on it. Each may take long, says how far it is, and can be stopped.
#pragma once

#include <filesystem>
#include <functional>

#include "base/json_fwd.h"
#include "base/result.h"
#include "base/stop.h"

namespace goetia {

struct DataSetPlace {
    std::filesystem::path folder;  // of the set
    std::string format;            // empty: as the folder shows
    std::filesystem::path cache;   // where the hashes of files are kept
};

struct CheckProgress {
    std::function<void(std::int64_t done, std::int64_t all)> on_progress;
    StopToken stop;
};

// The data set component of this name, in any spelling ("coco"); kInvalid when there is none.
Result<std::string> data_set_format(const std::string& name);

// The `dataset` section of an experiment file that reads it.
Result<Json> data_set_section(const DataSetPlace& place);
// {"section", "task", "classes", "train", "val", "test"}: what a task needs to know of it.
Result<Json> data_set_facts(const DataSetPlace& place);

struct OpenedSet;  // opened_sets.h
// All of its splits that have images, without faulty objects.
Result<OpenedSet> read_whole_set(const DataSetPlace& place);

// Findings and statistics, as `goetia dataset validate --json` has them.
Result<Json> validate_data_set(const DataSetPlace& place, const CheckProgress& progress);
// {"fingerprint", "splits"}: what a node's copy must have.
Result<Json> certify_data_set(const DataSetPlace& place, const CheckProgress& progress);
// A contact sheet of some images, as a PNG.
Result<std::string> preview_data_set(const DataSetPlace& place, std::int64_t count, const CheckProgress& progress);
// Writes a small set that keeps the class balance into `target`, which must not exist.
Result<Json> write_mini_data_set(const DataSetPlace& place, std::int64_t count, const std::filesystem::path& target,
                                 const CheckProgress& progress);

}  // namespace goetia
