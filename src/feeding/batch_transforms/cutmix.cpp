#include <algorithm>
#include <cmath>

#include "feeding/batch_transforms/mixing.h"
#include "feeding/transform.h"

namespace goetia {
namespace {

struct CutBox {
    std::int64_t top = 0, left = 0, bottom = 0, right = 0;
    [[nodiscard]] std::int64_t area() const { return (bottom - top) * (right - left); }
};

// A box of the image's shape with area share `cut`, around a random centre, clipped at the border.
CutBox draw_box(std::int64_t height, std::int64_t width, double cut, Random& random) {
    const double side = std::sqrt(cut);
    const auto half_height = static_cast<std::int64_t>(static_cast<double>(height) * side / 2);
    const auto half_width = static_cast<std::int64_t>(static_cast<double>(width) * side / 2);
    const std::int64_t y = random.between(0, height - 1), x = random.between(0, width - 1);
    return {std::max<std::int64_t>(0, y - half_height), std::max<std::int64_t>(0, x - half_width),
            std::min(height, y + half_height), std::min(width, x + half_width)};
}

class CutMix : public BatchTransform {
  public:
    static Schema schema() {
        return Schema("CutMix", "Puts a box of another image of the batch into each image; labels are shared by area")
            .with(number("alpha", "The box's share is drawn from Beta(alpha, alpha)").above(0).fallback(1.0))
            .with(number("prob", "How often a batch is mixed").between(0, 1).fallback(1.0));
    }

    explicit CutMix(const Args& args) : alpha_(args.number("alpha")), probability_(args.number("prob")) {}

    Status apply(Batch& batch, Random& random) const override {
        GOETIA_TRY(make_soft_targets(batch));
        if (!random.chance(probability_)) return {};
        const double kept = random.beta(alpha_, alpha_);
        const CutBox box = draw_box(batch.height, batch.width, 1 - kept, random);
        const auto partners = draw_partners(batch, random);
        paste(batch, partners, box);
        const double share = static_cast<double>(box.area()) / static_cast<double>(batch.height * batch.width);
        mix_targets(batch, partners, static_cast<float>(1 - share));
        return {};
    }

  private:
    static void paste(Batch& batch, const std::vector<std::int64_t>& partners, const CutBox& box) {
        const std::int64_t plane = batch.height * batch.width, stride = plane * batch.channels;
        const std::vector<float> own(batch.images(), batch.images() + stride * batch.size);
        for (std::int64_t row = 0; row < batch.size; ++row) {
            for (std::int64_t c = 0; c < batch.channels; ++c) {
                for (std::int64_t y = box.top; y < box.bottom; ++y) {
                    const std::int64_t at = c * plane + y * batch.width;
                    const float* from = own.data() + partners[static_cast<std::size_t>(row)] * stride + at;
                    std::copy(from + box.left, from + box.right, batch.images() + row * stride + at + box.left);
                }
            }
        }
    }

    double alpha_;
    double probability_;
};

}  // namespace

Status add_cutmix(BatchTransformRegistry& registry) { return registry.add<CutMix>(); }

}  // namespace goetia
