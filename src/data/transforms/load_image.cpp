#include <algorithm>

#include "data/decode/decode.h"
#include "data/kernels/colour.h"
#include "data/transform.h"

namespace goetia {
namespace {

class LoadImage : public Transform {
  public:
    static Schema schema() {
        return Schema("LoadImage", "Reads the sample's file (JPEG, PNG, BMP, WebP, TIFF) upright, 8 bits to a channel")
            .with(text("color_type", "What the model takes: rgb, bgr (red and blue swapped), or gray (one channel)")
                      .one_of({"rgb", "bgr", "gray"})
                      .fallback("rgb"))
            .with(integers("background",
                           "The colour under transparent pixels, [red, green, blue]; null: transparency "
                           "is left out and the colours stay as they are")
                      .length(3)
                      .between(0, 255)
                      .or_null());
    }

    explicit LoadImage(const Args& args) : colours_(args.text("color_type")) {
        if (args.is_null("background")) return;
        const auto colour = args.list<int>("background");
        limits_.background.emplace();
        std::copy(colour.begin(), colour.end(), limits_.background->begin());
    }

    Status apply(Sample& sample, Random&) const override {
        GOETIA_ASSIGN(sample.image, read_image(sample.path, limits_));
        if (colours_ == "gray") sample.image = to_grey(sample.image);
        if (colours_ == "bgr") swap_red_and_blue(sample.image);
        return {};
    }

  private:
    DecodeLimits limits_;
    std::string colours_;
};

}  // namespace

Status add_load_image(TransformRegistry& registry) { return registry.add<LoadImage>(); }

}  // namespace goetia
