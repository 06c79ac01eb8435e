#include <algorithm>
#include <cmath>

#include "base/json_text.h"
#include "feeding/transforms/size.h"
#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

class Resize : public Transform {
  public:
    static Schema schema() {
        return Schema("Resize", "Scales the image with antialiasing (bilinear)")
            .with(size_param("One number: the shorter side's length, the shape is kept; [height, width]: exactly that")
                      .or_null())
            .with(integers("sizes", "Instead of size: the sides of which one is drawn (multi-scale)")
                      .at_least(1)
                      .at_most(65535)
                      .or_null())
            .with(integer("batches",
                          "For how many batches in a row a side of sizes is drawn; 0: one for each image, which "
                          "needs a crop after it")
                      .at_least(0)
                      .fallback(0))
            .with(text("mode",
                       "short_side keeps the shape, exact does not, letterbox keeps it and fills the rest of [height, "
                       "width]; auto: as size says")
                      .one_of({"auto", "short_side", "exact", "letterbox"})
                      .fallback("auto"))
            .with(integer("max_size", "The longer side's greatest length for short_side")
                      .at_least(1)
                      .at_most(65535)
                      .or_null())
            .with(integers("fill", "The letterbox's colour: one level or [red, green, blue]")
                      .length(3)
                      .between(0, 255)
                      .or_scalar()
                      .fallback(114));
    }

    static Result<std::unique_ptr<Resize>> make(const Args& args) {
        auto made = std::make_unique<Resize>();
        if (args.is_null("size") == args.is_null("sizes")) return invalid("give either size or sizes");
        const bool pair = !args.is_null("size") && args.json().at("size").is_array();
        if (args.is_null("size")) {
            for (const int side : args.list<int>("sizes")) made->sizes_.push_back({side, side});
        } else {
            made->sizes_.push_back(size_of(args));
        }
        if (made->sizes_.empty()) return invalid("sizes needs at least one number");
        made->mode_ = args.text("mode");
        if (made->mode_ == "auto") made->mode_ = pair ? "exact" : "short_side";
        if (made->mode_ == "short_side" && pair)
            return invalid("mode short_side needs one number for size, found {}", json_text(args.json().at("size")));
        made->batches_ = args.integer("batches");
        if (made->batches_ > 0 && args.is_null("sizes"))
            return invalid("batches says how long a side of sizes is kept; give sizes too");
        if (!args.is_null("max_size")) made->max_size_ = args.integer("max_size");
        const auto fill = args.list<int>("fill", 3);
        std::copy(fill.begin(), fill.end(), made->fill_.begin());
        return made;
    }

    [[nodiscard]] bool takes_pending() const override { return true; }
    [[nodiscard]] std::int64_t batches_of_a_draw() const override { return batches_; }

    Status apply(Sample& sample, Random& random) const override {
        GOETIA_TRY(needs_image(sample));
        const Size size = sizes_.size() == 1 ? sizes_[0] : sizes_[random.below(sizes_.size())];
        if (mode_ == "letterbox") return letterbox(sample, size);
        const Size to = mode_ == "exact" ? size : by_short_side(sample.image, size.height);
        return resize(sample, to.width, to.height);
    }

  private:
    [[nodiscard]] Size by_short_side(const Image& image, std::int64_t side) const {
        const std::int64_t shorter = std::min(image.width, image.height), longer = std::max(image.width, image.height);
        std::int64_t other = side * longer / shorter;
        if (max_size_ > 0 && other > max_size_) {
            side = std::max<std::int64_t>(1, max_size_ * side / other);
            other = max_size_;
        }
        if (image.width <= image.height) return {static_cast<int>(other), static_cast<int>(side)};
        return {static_cast<int>(side), static_cast<int>(other)};
    }

    [[nodiscard]] Status letterbox(Sample& sample, Size size) const {
        const Image& image = sample.image;
        const double scale =
            std::min(static_cast<double>(size.width) / image.width, static_cast<double>(size.height) / image.height);
        const int width = std::clamp(static_cast<int>(std::lround(image.width * scale)), 1, size.width),
                  height = std::clamp(static_cast<int>(std::lround(image.height * scale)), 1, size.height);
        GOETIA_TRY(resize(sample, width, height));
        const int left = (size.width - width) / 2, top = (size.height - height) / 2;
        return pad(sample, {left, top, size.width - width - left, size.height - height - top}, PaddingMode::kConstant,
                   fill_);
    }

    std::vector<Size> sizes_;
    std::string mode_;
    std::int64_t max_size_ = 0;
    std::int64_t batches_ = 0;
    Colour fill_{};
};

}  // namespace

Status add_resize(TransformRegistry& registry) { return registry.add<Resize>(); }

}  // namespace goetia
