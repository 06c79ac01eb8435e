#include "component/registry.h"
#include "learn/models/linear_head.h"

namespace goetia {
namespace {

class GlobalAveragePooling final : public Neck {
  public:
    static Schema schema() { return {"GlobalAveragePooling", "The mean over all places of each map"}; }
    GlobalAveragePooling(const Args&, const BuildContext&) {}

    std::vector<torch::Tensor> forward(std::vector<torch::Tensor> features) override {
        for (torch::Tensor& maps : features) maps = mean_over_places(maps);
        return features;
    }
};

}  // namespace

Status add_global_average_pooling(NeckRegistry& registry) { return registry.add<GlobalAveragePooling>(); }

}  // namespace goetia
