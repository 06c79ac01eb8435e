#include <algorithm>

#include "feeding/transforms/padding.h"
#include "feeding/transforms/size.h"
#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

class RandomCrop : public Transform {
  public:
    static Schema schema() {
        return Schema("RandomCrop", "Cuts out a part of fixed size at a random place")
            .with(size_param("The part's side, or [height, width]"))
            .with(padding_param().fallback(0))
            .with(boolean("pad_if_needed", "Gives a smaller image a border wide enough, instead of an error")
                      .fallback(false))
            .with(padding_mode_param())
            .with(fill_param());
    }

    static Result<std::unique_ptr<RandomCrop>> make(const Args& args) {
        auto made = std::make_unique<RandomCrop>();
        made->size_ = size_of(args);
        made->pad_if_needed_ = args.flag("pad_if_needed");
        GOETIA_ASSIGN(made->padding_, padding_of(args));
        return made;
    }

    [[nodiscard]] bool takes_pending() const override { return true; }

    Status apply(Sample& sample, Random& random) const override {
        GOETIA_TRY(needs_image(sample));
        const Border& border = padding_.border;
        if (border.left + border.top + border.right + border.bottom > 0) {
            GOETIA_TRY(pad(sample, border, padding_));
        }
        const int wide = std::max(0, size_.width - sample.image.width),
                  high = std::max(0, size_.height - sample.image.height);
        if (wide > 0 || high > 0) {
            if (!pad_if_needed_) {
                return invalid(
                    "the image of {}x{} is smaller than the part of {}x{} to cut out (width x height); set "
                    "pad_if_needed, or Resize before",
                    sample.image.width, sample.image.height, size_.width, size_.height);
            }
            GOETIA_TRY(pad(sample, {wide, high, wide, high}, padding_));
        }
        const Image& image = sample.image;
        const int top = static_cast<int>(random.between(0, image.height - size_.height)),
                  left = static_cast<int>(random.between(0, image.width - size_.width));
        return crop(sample, {top, left, size_.height, size_.width});
    }

  private:
    Size size_;
    bool pad_if_needed_ = false;
    Padding padding_;
};

}  // namespace

Status add_random_crop(TransformRegistry& registry) { return registry.add<RandomCrop>(); }

}  // namespace goetia
