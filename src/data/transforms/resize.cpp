#include "data/transforms/size.h"
#include "data/transforms/steps.h"

namespace goetia {
namespace {

class Resize : public Transform {
  public:
    static Schema schema() {
        return Schema("Resize", "Scales the image with antialiasing (bilinear)")
            .with(
                size_param("One number: the shorter side's length, the shape is kept; [height, width]: exactly that"));
    }

    explicit Resize(const Args& args) : size_(size_of(args)), exact_(args.json().at("size").is_array()) {}

    Status apply(Sample& sample, Random&) const override {
        GOETIA_TRY(needs_image(sample));
        const Size to = exact_ ? size_ : by_short_side(sample.image);
        return resize(sample, to.width, to.height);
    }

  private:
    [[nodiscard]] Size by_short_side(const Image& image) const {
        const std::int64_t side = size_.height;
        if (image.width <= image.height)
            return {static_cast<int>(side * image.height / image.width), static_cast<int>(side)};
        return {static_cast<int>(side), static_cast<int>(side * image.width / image.height)};
    }

    Size size_;
    bool exact_;
};

}  // namespace

Status add_resize(TransformRegistry& registry) { return registry.add<Resize>(); }

}  // namespace goetia
