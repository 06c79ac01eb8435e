#include <cmath>

#include "feeding/transforms/size.h"
#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

constexpr int kResizedCropTries = 10;

class RandomResizedCrop : public Transform {
  public:
    static Schema schema() {
        return Schema("RandomResizedCrop", "Cuts out a random part of random shape and scales it to a fixed size")
            .with(size_param("The result's side, or [height, width]"))
            .with(numbers("scale", "The part's share of the image's area, [low, high]")
                      .length(2)
                      .above(0)
                      .at_most(1)
                      .fallback({0.08, 1.0}))
            .with(numbers("ratio", "The part's width / height, [low, high]")
                      .length(2)
                      .above(0)
                      .fallback({0.75, 4.0 / 3}));
    }

    static Result<std::unique_ptr<RandomResizedCrop>> make(const Args& args) {
        auto made = std::make_unique<RandomResizedCrop>();
        made->size_ = size_of(args);
        made->scale_ = args.list<double>("scale");
        made->ratio_ = args.list<double>("ratio");
        for (const std::string& fault : {range_fault("scale", made->scale_), range_fault("ratio", made->ratio_)}) {
            if (!fault.empty()) return invalid("{}", fault);
        }
        return made;
    }

    [[nodiscard]] bool takes_pending() const override { return true; }

    Status apply(Sample& sample, Random& random) const override {
        GOETIA_TRY(needs_image(sample));
        GOETIA_TRY(crop(sample, draw(sample.image, random)));
        return resize(sample, size_.width, size_.height);
    }

  private:
    [[nodiscard]] Rect draw(const Image& image, Random& random) const {
        const double area = static_cast<double>(image.width) * image.height;
        for (int i = 0; i < kResizedCropTries; ++i) {
            const double target = area * random.uniform(scale_[0], scale_[1]);
            const double ratio = std::exp(random.uniform(std::log(ratio_[0]), std::log(ratio_[1])));
            const int width = static_cast<int>(std::lround(std::sqrt(target * ratio))),
                      height = static_cast<int>(std::lround(std::sqrt(target / ratio)));
            if (width < 1 || height < 1 || width > image.width || height > image.height) continue;
            return {static_cast<int>(random.between(0, image.height - height)),
                    static_cast<int>(random.between(0, image.width - width)), height, width};
        }
        return middle_part(image);
    }

    // The fallback when no random crop fits: the largest centred one of an allowed shape.
    [[nodiscard]] Rect middle_part(const Image& image) const {
        const double ratio = static_cast<double>(image.width) / image.height;
        int width = image.width, height = image.height;
        if (ratio < ratio_[0]) height = std::max(1, static_cast<int>(std::lround(width / ratio_[0])));
        if (ratio > ratio_[1]) width = std::max(1, static_cast<int>(std::lround(height * ratio_[1])));
        return {(image.height - height) / 2, (image.width - width) / 2, height, width};
    }

    Size size_;
    std::vector<double> scale_, ratio_;
};

}  // namespace

Status add_random_resized_crop(TransformRegistry& registry) { return registry.add<RandomResizedCrop>(); }

}  // namespace goetia
