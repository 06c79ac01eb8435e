#include <cmath>

#include "feeding/transforms/steps.h"
#include "imaging/decode/decode.h"
#include "imaging/decode/encode.h"
#include "imaging/kernels/colour.h"

namespace goetia {
namespace {

class JpegCompression : public Sometimes {
  public:
    static Schema schema() {
        return Schema("JpegCompression", "Adds the marks that JPEG compression leaves")
            .with(numbers("quality", "1 (worst) to 100, or [low, high] to draw it from")
                      .length(2)
                      .or_scalar()
                      .between(1, 100)
                      .fallback({30.0, 95.0}))
            .with(prob_param(1.0));
    }

    static Result<std::unique_ptr<JpegCompression>> make(const Args& args) {
        auto made = std::make_unique<JpegCompression>(args);
        GOETIA_ASSIGN(made->quality_, rising_pair(args, "quality"));
        return made;
    }

    explicit JpegCompression(const Args& args) : Sometimes(args) {}

  protected:
    Status change(Sample& sample, Random& random) const override {
        const auto quality = random.between(std::lround(quality_[0]), std::lround(quality_[1]));
        GOETIA_ASSIGN(const std::string bytes, encode_jpeg(sample.image, static_cast<int>(quality), true));
        const int channels = sample.image.channels;
        GOETIA_ASSIGN(sample.image, decode_image(bytes, sample.name));
        if (channels == 1) sample.image = to_grey(sample.image);
        return {};
    }

  private:
    std::array<double, 2> quality_{};
};

}  // namespace

Status add_jpeg_compression(TransformRegistry& registry) { return registry.add<JpegCompression>(); }

}  // namespace goetia
