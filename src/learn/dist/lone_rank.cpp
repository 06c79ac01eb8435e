#include "learn/dist/communicator.h"

namespace goetia {
namespace {

class LoneRank final : public Communicator {
  public:
    [[nodiscard]] int rank() const override { return 0; }
    [[nodiscard]] int world() const override { return 1; }
    void sum(torch::Tensor&) override {}
    void broadcast(torch::Tensor&, int) override {}
    void barrier() override {}
};

}  // namespace

std::shared_ptr<Communicator> lone_rank() { return std::make_shared<LoneRank>(); }

}  // namespace goetia
