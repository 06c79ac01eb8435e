// What the routes call: a service for each kind of resource, over one store. Each is opened after those that it uses.
#pragma once

#include <memory>

#include "master/accounts/accounts.h"
#include "master/service/master_service.h"

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
    [[nodiscard]] Credentials& credentials() { return pool_->credentials(); }

  private:
    MasterServices() = default;

    std::unique_ptr<MasterService> pool_;
    std::unique_ptr<Accounts> accounts_;
};

}  // namespace goetia
