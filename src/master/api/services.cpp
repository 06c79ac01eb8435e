#include "master/api/services.h"

namespace goetia {

Result<std::unique_ptr<MasterServices>> MasterServices::open(ServiceOptions options, AccountOptions accounts) {
    std::unique_ptr<MasterServices> services(new MasterServices());
    services->runtime_ = std::make_unique<KnownRuntime>(options.log);
    DataSetOptions data_sets{.data = options.data, .roots = options.data_sets};
    GOETIA_ASSIGN(services->pool_, MasterService::open(std::move(options)));
    GOETIA_ASSIGN(services->accounts_,
                  Accounts::open(services->pool_->store(), services->credentials(), std::move(accounts)));
    MasterService& pool = *services->pool_;
    services->experiments_ =
        std::make_unique<ExperimentService>(pool.store(), pool.objects(), pool.monitor(), pool.data());
    services->settings_ = std::make_unique<SettingsService>(pool.store());
    services->storage_ = std::make_unique<StorageService>(pool.store(), pool.objects(), *services->experiments_,
                                                          *services->settings_, pool.data());
    GOETIA_ASSIGN(services->data_sets_, DataSets::open(pool.store(), std::move(data_sets)));
    services->models_ = std::make_unique<ModelLibrary>(pool.store(), pool.objects(), pool.data());
    services->maker_ =
        std::make_unique<TaskMaker>(pool, *services->data_sets_, *services->models_, *services->runtime_);
    services->sweeps_ = std::make_unique<Sweeps>(pool);
    return services;
}

void MasterServices::stop() {
    if (accounts_) accounts_->stop();
    if (data_sets_) data_sets_->stop();
    if (maker_) maker_->stop();
    if (pool_) pool_->stop();
}

}  // namespace goetia
