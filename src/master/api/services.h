// What the routes call: a service for each kind of resource, over one store. Each is opened after those that it uses.
#pragma once

#include <memory>

#include "master/accounts/accounts.h"
#include "master/data_sets/data_sets.h"
#include "master/experiments/experiment_service.h"
#include "master/models/model_library.h"
#include "master/service/master_service.h"
#include "master/storage/storage_service.h"
#include "master/tasks/known_runtime.h"
#include "master/tasks/sweeps.h"
#include "master/tasks/task_maker.h"

namespace goetia {

class MasterServices {
  public:
    static Result<std::unique_ptr<MasterServices>> open(ServiceOptions options, AccountOptions accounts = {});
    ~MasterServices() { stop(); }
    MasterServices(const MasterServices&) = delete;
    MasterServices& operator=(const MasterServices&) = delete;

    void stop();  // completes what has begun

    [[nodiscard]] MasterService& pool() { return *pool_; }  // tasks, nodes, and the agents' side
    [[nodiscard]] Accounts& accounts() { return *accounts_; }
    [[nodiscard]] ExperimentService& experiments() { return *experiments_; }
    [[nodiscard]] SettingsService& settings() { return *settings_; }
    [[nodiscard]] StorageService& storage() { return *storage_; }
    [[nodiscard]] Credentials& credentials() { return pool_->credentials(); }
    [[nodiscard]] KnownRuntime& runtime() { return *runtime_; }
    [[nodiscard]] DataSets& data_sets() { return *data_sets_; }
    [[nodiscard]] ModelLibrary& models() { return *models_; }
    [[nodiscard]] TaskMaker& maker() { return *maker_; }
    [[nodiscard]] Sweeps& sweeps() { return *sweeps_; }

  private:
    MasterServices() = default;

    std::unique_ptr<MasterService> pool_;
    std::unique_ptr<Accounts> accounts_;
    std::unique_ptr<ExperimentService> experiments_;
    std::unique_ptr<SettingsService> settings_;
    std::unique_ptr<StorageService> storage_;
    std::unique_ptr<KnownRuntime> runtime_;
    std::unique_ptr<DataSets> data_sets_;
    std::unique_ptr<ModelLibrary> models_;
    std::unique_ptr<TaskMaker> maker_;
    std::unique_ptr<Sweeps> sweeps_;
};

}  // namespace goetia
