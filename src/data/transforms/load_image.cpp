#include "data/decode/decode.h"
#include "data/transform.h"

namespace goetia {
namespace {

class LoadImage : public Transform {
  public:
    explicit LoadImage(const Args&) {}

    static Schema schema() { return {"LoadImage", "Reads the sample's file (JPEG or PNG) as upright RGB"}; }

    Status apply(Sample& sample, Random&) const override {
        GOETIA_ASSIGN(sample.image, read_image(sample.path));
        return {};
    }
};

}  // namespace

Status add_load_image(TransformRegistry& registry) { return registry.add<LoadImage>(); }

}  // namespace goetia
