// Tasks from configurations, made at the master: resolved, checked and packed by the rooms that the command line uses.
#pragma once

#include <functional>

#include "master/data_sets/data_sets.h"
#include "master/models/model_library.h"
#include "master/service/master_service.h"
#include "master/tasks/known_runtime.h"
#include "master/tasks/task_origin.h"
#include "net/work_pool.h"
#include "package/pooled_task.h"

namespace goetia {

struct ComposeRequest;  // config/config.h

constexpr std::size_t kMostJobs = 1000;  // of a sweep

class TaskMaker {
  public:
    TaskMaker(MasterService& service, DataSets& data_sets, ModelLibrary& models, KnownRuntime& runtime)
        : service_(service), data_sets_(data_sets), models_(models), runtime_(runtime) {}
    void stop() { pool_.stop(); }

    // Whether the task is there as it is, so that making it waits for nothing.
    static bool is_made(const Json& given);
    // Runs the work on a thread where it may take its time; false when too much waits.
    bool later(std::function<void()> work) { return pool_.submit(std::move(work)); }

    // `given`: the fields of POST /api/tasks that the caller wrote; faults of the document have its own paths.
    Result<Submission> task(const Caller& caller, const Json& given);
    // One task for each combination of values in the overrides (Hydra's grammar); every job is checked before one is
    // made.
    Result<Submission> sweep(const Caller& caller, const Json& given);
    // {"valid", "faults", "needs", ...}: every fault, else what it needs, how long it is and where it could run.
    Result<Json> dry_run(const Caller& caller, const Json& given);

  private:
    // `ready`: what it needs to be packed, if that is there already.
    Result<TaskRequest> made(const Caller& caller, const WantedTask& wanted, std::optional<PooledTask> ready = {});
    // Its fields have no package yet.
    Result<PooledTask> prepared(const WantedTask& wanted);
    Result<ComposeRequest> request_of(const WantedTask& wanted);
    Result<Json> stored_weights(const Caller& caller, const std::filesystem::path& weights);
    Result<Json> stored(const Caller& caller, const std::string& sha256, std::int64_t bytes,
                        const std::function<Result<std::string>(std::int64_t offset, std::int64_t most)>& read);
    Json needs_of_task(const PooledTask& pooled, const Json& body);

    MasterService& service_;
    DataSets& data_sets_;
    ModelLibrary& models_;
    KnownRuntime& runtime_;
    WorkPool pool_{2, 1000};
};

}  // namespace goetia
