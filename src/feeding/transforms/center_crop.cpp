#include <algorithm>
#include <cmath>

#include "feeding/transforms/size.h"
#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

// Where a centred crop of length `part` begins in `whole`; halves are rounded to even.
int middle(int whole, int part) { return static_cast<int>(std::nearbyint((whole - part) / 2.0)); }

class CenterCrop : public Transform {
  public:
    static Schema schema() {
        return Schema("CenterCrop", "Cuts out the middle; a smaller image gets a black border first")
            .with(size_param("The cut's side, or [height, width]"));
    }

    explicit CenterCrop(const Args& args) : size_(size_of(args)) {}

    [[nodiscard]] bool takes_pending() const override { return true; }

    Status apply(Sample& sample, Random&) const override {
        GOETIA_TRY(needs_image(sample));
        const int wide = std::max(0, size_.width - sample.image.width),
                  high = std::max(0, size_.height - sample.image.height);
        if (wide > 0 || high > 0) GOETIA_TRY(pad(sample, {wide / 2, high / 2, (wide + 1) / 2, (high + 1) / 2}));
        const Image& image = sample.image;
        return crop(sample,
                    {middle(image.height, size_.height), middle(image.width, size_.width), size_.height, size_.width});
    }

  private:
    Size size_;
};

}  // namespace

Status add_center_crop(TransformRegistry& registry) { return registry.add<CenterCrop>(); }

}  // namespace goetia
