// The rows of sweeps, of what tasks were made from, of registered data sets, and of the library of models.
#pragma once

#include "master/store/rows.h"

namespace goetia {

struct SweepRow {
    static constexpr std::string_view kTable = "sweeps";
    static constexpr int kKeys = 1;
    std::string id, name, owner;  // owner: a user's id
    double created_at = 0;
    std::string body = "{}";

    static void each_column(auto& row, auto&& call) {
        call("id", row.id);
        call("name", row.name);
        call("owner", row.owner);
        call("created_at", row.created_at);
        call("body", row.body);
    }
};

// What a task was made from, so that it can be made again with changes. Kept as long as the task.
struct TaskSourceRow {
    static constexpr std::string_view kTable = "task_sources";
    static constexpr int kKeys = 1;
    std::string task;
    std::string body = "{}";

    static void each_column(auto& row, auto&& call) {
        call("task", row.task);
        call("body", row.body);
    }
};

struct DataSetRow {
    static constexpr std::string_view kTable = "datasets";
    static constexpr int kKeys = 1;
    std::string id, name, owner;
    std::string node;  // its id; empty: the master
    std::string path;
    std::string format;  // as the data set component is named; empty: as the folder shows
    double created_at = 0, updated_at = 0;
    std::int64_t version = 0;
    std::string body = "{}";

    static void each_column(auto& row, auto&& call) {
        call("id", row.id);
        call("name", row.name);
        call("owner", row.owner);
        call("node", row.node);
        call("path", row.path);
        call("format", row.format);
        call("created_at", row.created_at);
        call("updated_at", row.updated_at);
        call("version", row.version);
        call("body", row.body);
    }
};

// Weights that were put into the library.
struct ModelRow {
    static constexpr std::string_view kTable = "models";
    static constexpr int kKeys = 1;
    std::string id, name, owner, experiment, task;
    std::string hash;  // of the object
    std::int64_t bytes = 0;
    double created_at = 0;
    std::string body = "{}";

    static void each_column(auto& row, auto&& call) {
        call("id", row.id);
        call("name", row.name);
        call("owner", row.owner);
        call("experiment", row.experiment);
        call("task", row.task);
        call("hash", row.hash);
        call("bytes", row.bytes);
        call("created_at", row.created_at);
        call("body", row.body);
    }
};

}  // namespace goetia
