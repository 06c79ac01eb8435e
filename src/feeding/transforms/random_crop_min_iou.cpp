#include <algorithm>

#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

constexpr int kMinIouTries = 50;

double overlap(const Box& a, const Box& b) {
    const double wide = std::min(a.x2, b.x2) - std::max(a.x1, b.x1), high = std::min(a.y2, b.y2) - std::max(a.y1, b.y1);
    if (wide <= 0 || high <= 0) return 0;
    return wide * high / (a.area() + b.area() - wide * high);
}

class RandomCropMinIoU : public Transform {
  public:
    static Schema schema() {
        return Schema("RandomCropMinIoU",
                      "Cuts out a random part that overlaps an object as far as drawn (SSD, arXiv:1512.02325); objects "
                      "whose middle lies outside are dropped")
            .with(numbers("min_ious",
                          "One of these is drawn; 1 leaves the image, 0 allows any part that holds an object's middle")
                      .between(0, 1)
                      .fallback({0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0}))
            .with(number("min_scale", "The part's least share of width and height").above(0).at_most(1).fallback(0.3))
            .with(numbers("ratio", "The part's width / height, [low, high]").length(2).above(0).fallback({0.5, 2.0}));
    }

    static Result<std::unique_ptr<RandomCropMinIoU>> make(const Args& args) {
        auto made = std::make_unique<RandomCropMinIoU>();
        made->overlaps_ = args.list<double>("min_ious");
        if (made->overlaps_.empty()) return invalid("min_ious needs at least one number");
        made->least_ = args.number("min_scale");
        GOETIA_ASSIGN(made->ratio_, rising_pair(args, "ratio"));
        return made;
    }

    Status apply(Sample& sample, Random& random) const override {
        GOETIA_TRY(needs_image(sample));
        const double min_overlap = overlaps_[random.below(overlaps_.size())];
        if (min_overlap >= 1 || sample.instances.empty()) return {};
        for (int i = 0; i < kMinIouTries; ++i) {
            const Image& image = sample.image;
            const int width = static_cast<int>(random.uniform(least_, 1) * image.width),
                      height = static_cast<int>(random.uniform(least_, 1) * image.height);
            const int left = static_cast<int>(random.between(0, image.width - std::max(width, 1))),
                      top = static_cast<int>(random.between(0, image.height - std::max(height, 1)));
            if (width < 1 || height < 1 || width < ratio_[0] * height || width > ratio_[1] * height) continue;
            const Rect part{top, left, height, width};
            if (!fits(sample, part, min_overlap)) continue;
            std::erase_if(sample.instances, [&](const Instance& one) { return !holds_middle(part, one.box); });
            return crop(sample, part);
        }
        return {};  // no random crop fits: the image is unchanged
    }

  private:
    static bool holds_middle(const Rect& part, const Box& box) {
        const float x = (box.x1 + box.x2) / 2, y = (box.y1 + box.y2) / 2;
        return x > static_cast<float>(part.left) && x < static_cast<float>(part.left + part.width) &&
               y > static_cast<float>(part.top) && y < static_cast<float>(part.top + part.height);
    }

    static bool fits(const Sample& sample, const Rect& part, double min_overlap) {
        const Box box{static_cast<float>(part.left), static_cast<float>(part.top),
                      static_cast<float>(part.left + part.width), static_cast<float>(part.top + part.height)};
        return std::any_of(sample.instances.begin(), sample.instances.end(), [&](const Instance& one) {
            return holds_middle(part, one.box) && overlap(box, one.box) >= min_overlap;
        });
    }

    std::vector<double> overlaps_;
    double least_ = 0;
    std::array<double, 2> ratio_{};
};

}  // namespace

Status add_random_crop_min_iou(TransformRegistry& registry) { return registry.add<RandomCropMinIoU>(); }

}  // namespace goetia
