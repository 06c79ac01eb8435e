// What happened to a task, in order, put together from what is kept of it: its audit, its attempts, its checkpoints.
#pragma once

#include <vector>

#include "base/json_fwd.h"
#include "master/service/master_service.h"

namespace goetia {

class TaskEvents {
  public:
    explicit TaskEvents(MasterService& service) : service_(service) {}

    // {"id", "time", "kind", "sentence", "attempt", "node", "by", "details"}, the oldest first. May wait for the disk.
    Result<std::vector<Json>> of(const Caller& caller, TaskId id);

  private:
    MasterService& service_;
};

}  // namespace goetia
