// Looks into the package of a task before that is queued: what an agent would refuse is refused at once, what the
// request says of it must be so, and what the request leaves open follows from it. Only then does the master vouch for
// the package with its signature.
#pragma once

#include <map>
#include <mutex>

#include "master/objects/object_store.h"
#include "master/service/master_service.h"
#include "net/work_pool.h"
#include "protocol/manifests.h"

namespace goetia {

// Fills in what the request leaves open. An Error with a fault for each thing that is not as the package has it, by the
// names of POST /api/tasks. `bundle`: the build of the runtime bundle that is asked for.
Status agree_with_package(const PackageManifest& package, const std::optional<RuntimeBuild>& bundle,
                          TaskRequest& request);

class PackageInspector {
  public:
    explicit PackageInspector(const ObjectStore& objects) : objects_(objects), threads_(1, 1000) {}
    void stop() { threads_.stop(); }

    // Answers from another thread when there is a package to read, else at once.
    void inspect(TaskRequest request, OnResult<TaskRequest> done);

  private:
    Result<TaskRequest> inspected(TaskRequest request);
    Result<PackageManifest> manifest_of(const WantedObject& package);
    [[nodiscard]] std::int64_t bytes_of_object(const WantedObject& object) const;
    [[nodiscard]] Result<std::optional<RuntimeBuild>> build_of(const WantedObject& bundle) const;

    const ObjectStore& objects_;
    std::mutex mutex_;
    std::map<std::string, PackageManifest> seen_;  // by hash, of packages that are in order
    WorkPool threads_;
};

}  // namespace goetia
