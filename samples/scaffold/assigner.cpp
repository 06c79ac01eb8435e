// An assigner of your own: which object each place of a detector is to find. See my_component.yaml for its use.
#include <ATen/ops/full.h>
#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public Assigner {
  public:
    static Schema schema() {
        return Schema("MyComponent", "The places that overlap an object most are to find it, so many for each object")
            .with(integer("topk", "places for each object").at_least(1).fallback(9));
    }

    explicit MyComponent(const Args& args) : topk_(args.integer("topk")) {}

    Assignment assign(const AssignerInput& input) const override {
        const torch::Tensor& places = input.places.boxes;
        torch::Tensor found = at::full({places.size(0)}, kBackground, places.options().dtype(torch::kInt64));
        const torch::Tensor iou = pairwise_iou(input.objects.boxes, places);  // [objects, places]
        const std::int64_t count = std::min(topk_, places.size(0));
        for (std::int64_t object = 0; object < iou.size(0); ++object)
            found.index_fill_(0, std::get<1>(iou[object].topk(count)), object);
        return {found, {}};
    }

  private:
    std::int64_t topk_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.assigners.add<MyComponent>(); }
