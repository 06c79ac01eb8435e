#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

class ToTensor : public Transform {
  public:
    explicit ToTensor(const Args&) {}

    static Schema schema() { return {"ToTensor", "Converts bytes 0 to 255 to floats 0 to 1, channel by channel"}; }

    [[nodiscard]] bool takes_pending() const override { return true; }

    Status apply(Sample& sample, Random&) const override {
        GOETIA_TRY(needs_image(sample));
        if (!sample.pending) pend(sample);
        if (sample.pending) {
            sample.pending.normalization = &unit_normalization();
            return {};
        }
        const Image& image = sample.image;
        const std::size_t area = static_cast<std::size_t>(image.width) * image.height;
        Planes planes{image.channels, image.height, image.width, std::vector<float>(area * image.channels)};
        for (int c = 0; c < image.channels; ++c) {
            const std::uint8_t* from = image.pixels.data() + c;
            float* to = planes.values.data() + area * c;
            for (std::size_t i = 0; i < area; ++i) to[i] = static_cast<float>(from[i * image.channels]) / 255.0F;
        }
        sample.planes = std::move(planes);
        sample.image = {};
        return {};
    }

  private:
    // Defers the conversion of three channels to the batch, which may also keep the bytes.
    static void pend(Sample& sample) {
        Workspace* workspace = sample.pending.workspace;
        if (workspace == nullptr || sample.image.channels != 3) return;
        workspace->image = std::move(sample.image);
        const Image& image = workspace->image;
        begin_pixels(sample, *workspace, image.width, image.height, image.pixels.data());
    }
};

}  // namespace

Status add_to_tensor(TransformRegistry& registry) { return registry.add<ToTensor>(); }

}  // namespace goetia
