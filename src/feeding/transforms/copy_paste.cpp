#include <algorithm>
#include <cmath>

#include "feeding/transforms/steps.h"
#include "imaging/kernels/runs.h"

namespace goetia {
namespace {

constexpr double kMinVisible = 1;  // pixels that must remain of a covered object

Image shape_of(const Instance& one, int width, int height) {
    return one.mask ? bitmap_of(*one.mask) : bitmap_of(one.polygons, width, height);
}

class CopyPaste : public MixingTransform {
  public:
    static Schema schema() {
        return Schema("CopyPaste",
                      "Pastes objects with polygons or masks from another image over this one; what they cover is "
                      "removed from the objects below (Ghiasi et al., arXiv:2012.07177)")
            .with(number("share", "How many of the other's objects, as a share; each is drawn")
                      .between(0, 1)
                      .fallback(0.5))
            .with(prob_param(0.5));
    }

    explicit CopyPaste(const Args& args) : share_(args.number("share")), probability_(args.number("prob")) {}

    [[nodiscard]] int partners(Random& random) const override { return random.chance(probability_) ? 1 : 0; }

    Status mix(Sample& sample, std::vector<Sample>& others, Random& random) const override {
        GOETIA_TRY(check_mixable(sample, others));
        Sample& other = others[0];
        const int width = sample.image.width, height = sample.image.height;
        const double scale =
            std::min(static_cast<double>(width) / other.image.width, static_cast<double>(height) / other.image.height);
        GOETIA_TRY(resize(other, std::clamp(static_cast<int>(std::lround(other.image.width * scale)), 1, width),
                          std::clamp(static_cast<int>(std::lround(other.image.height * scale)), 1, height)));
        const int wide = width - other.image.width, high = height - other.image.height;
        const int left = static_cast<int>(random.between(0, wide)), top = static_cast<int>(random.between(0, high));
        GOETIA_TRY(pad(other, {left, top, wide - left, high - top}));

        Image covered{width, height, 1, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height)};
        std::vector<Instance> pasted;
        for (Instance& one : other.instances) {
            const bool outlined = one.mask || !one.polygons.empty();
            if (!outlined || one.crowd || !random.chance(share_)) continue;
            const Image bitmap = shape_of(one, width, height);
            for (std::size_t i = 0; i < covered.pixels.size(); ++i) covered.pixels[i] |= bitmap.pixels[i];
            pasted.push_back(std::move(one));
        }
        if (pasted.empty()) return {};
        cover(sample, covered);
        const auto channels = static_cast<std::size_t>(sample.image.channels);
        for (std::size_t i = 0; i < covered.pixels.size(); ++i) {
            if (covered.pixels[i] == 0) continue;
            std::copy_n(other.image.pixels.begin() + static_cast<std::ptrdiff_t>(i * channels), channels,
                        sample.image.pixels.begin() + static_cast<std::ptrdiff_t>(i * channels));
            if (!sample.mask.pixels.empty())
                sample.mask.pixels[i] = other.mask.pixels.empty() ? std::uint8_t{255} : other.mask.pixels[i];
        }
        std::move(pasted.begin(), pasted.end(), std::back_inserter(sample.instances));
        return {};
    }

  private:
    // Removes what is covered from the objects below; an object with a box only keeps it.
    static void cover(Sample& sample, const Image& covered) {
        std::erase_if(sample.instances, [&](Instance& one) {
            if (!one.mask && one.polygons.empty()) return false;
            Image bitmap = shape_of(one, covered.width, covered.height);
            double before = 0, after = 0;
            for (std::size_t i = 0; i < bitmap.pixels.size(); ++i) {
                before += bitmap.pixels[i];
                if (covered.pixels[i] != 0) bitmap.pixels[i] = 0;
                after += bitmap.pixels[i];
            }
            if (after == before) return false;
            if (after < kMinVisible) return true;
            one.area = one.area > 0 ? one.area * after / before : after;
            one.box = box_of(bitmap);
            one.mask = runs_of(bitmap);
            one.polygons.clear();
            return false;
        });
    }

    double share_, probability_;
};

}  // namespace

Status add_copy_paste(TransformRegistry& registry) { return registry.add<CopyPaste>(); }

}  // namespace goetia
