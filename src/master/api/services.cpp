#include "master/api/services.h"

namespace goetia {

Result<std::unique_ptr<MasterServices>> MasterServices::open(ServiceOptions options, AccountOptions accounts) {
    std::unique_ptr<MasterServices> services(new MasterServices());
    GOETIA_ASSIGN(services->pool_, MasterService::open(std::move(options)));
    GOETIA_ASSIGN(services->accounts_,
                  Accounts::open(services->pool_->store(), services->credentials(), std::move(accounts)));
    MasterService& pool = *services->pool_;
    services->experiments_ =
        std::make_unique<ExperimentService>(pool.store(), pool.objects(), pool.monitor(), pool.data());
    services->settings_ = std::make_unique<SettingsService>(pool.store());
    services->storage_ = std::make_unique<StorageService>(pool.store(), pool.objects(), *services->experiments_,
                                                          *services->settings_, pool.data());
    return services;
}

void MasterServices::stop() {
    if (accounts_) accounts_->stop();
    if (pool_) pool_->stop();
}

}  // namespace goetia
