#include "feeding/transforms/steps.h"
#include "imaging/decode/mask.h"

namespace goetia {
namespace {

class LoadMask : public Transform {
  public:
    static Schema schema() {
        return {"LoadMask", "Reads the sample's semantic mask (PNG: grey, or palette indices); 255 is ignored"};
    }

    explicit LoadMask(const Args&) {}

    Status apply(Sample& sample, Random&) const override {
        if (!sample.has_mask()) return invalid("the sample has no mask; LoadMask is for semantic segmentation");
        const std::string name = sample.stored_mask ? sample.name : sample.mask_path.native();
        GOETIA_ASSIGN(sample.mask,
                      sample.stored_mask ? decode_mask(sample.stored_mask.bytes, name) : read_mask(sample.mask_path));
        const Image& image = sample.image;
        if (image.width == 0 || (image.width == sample.mask.width && image.height == sample.mask.height)) return {};
        return invalid("the mask '{}' is {}x{} pixels, its image {}x{}; put LoadMask right after LoadImage", name,
                       sample.mask.width, sample.mask.height, image.width, image.height);
    }
};

}  // namespace

Status add_load_mask(TransformRegistry& registry) { return registry.add<LoadMask>(); }

}  // namespace goetia
