// Sweeps: tasks that were queued together, listed and controlled as one.
#pragma once

#include "base/json_fwd.h"
#include "master/service/master_service.h"
#include "master/store/work_rows.h"

namespace goetia {

class Sweeps {
  public:
    explicit Sweeps(MasterService& service) : service_(service) {}

    // Without `jobs`.
    Result<std::vector<Json>> list(const Caller& caller);
    // {"id", "name", "owner", "created_at", "tasks": how many, "states": {state: how many}, "jobs"}.
    Result<Json> show(const SweepRow& row);
    Result<SweepRow> find(const Caller& caller, const std::string& id);
    // Of its jobs that allow it; answers {"id", "action", "tasks": [{"id", "state"} or {"id", "refused"}]}.
    void control(const Caller& caller, const std::string& id, TaskAction action, OnResult<Json> done);

  private:
    MasterService& service_;
};

}  // namespace goetia
