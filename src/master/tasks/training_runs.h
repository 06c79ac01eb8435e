// Tasks as training runs: the words of the ten endpoints below /api/training/, over the services that have all others.
#pragma once

#include "base/json_fwd.h"
#include "master/service/master_service.h"

namespace goetia {

// "queued" and "dispatching" are one status to it.
std::string_view training_status(std::string_view state);

class TrainingRuns {
  public:
    explicit TrainingRuns(MasterService& service) : service_(service) {}

    // {"id", "name", "status", "progress": percent, "config", "created_at", "started_at", "finished_at", ...}
    Result<Json> show(const Caller& caller, TaskId id);
    Result<Json> shown(const Json& task);  // of a task as the API shows it
    // [{"epoch", "step", "metrics"}], oldest first.
    Result<std::vector<Json>> metrics(const Caller& caller, TaskId id);
    // [{"line", "text"}]: the log's lines, from the first that is asked for.
    Result<std::vector<Json>> logs(const Caller& caller, TaskId id, std::int64_t first, std::int64_t most);
    // [{"epoch", "step", "metrics", "is_best", "kind", "name", "bytes", "sha256"}], oldest first.
    Result<std::vector<Json>> checkpoints(const Caller& caller, TaskId id);
    // kWrongState: it has none.
    Result<std::string> experiment_of(const Caller& caller, TaskId id);

  private:
    MasterService& service_;
};

}  // namespace goetia
