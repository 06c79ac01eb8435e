#include <algorithm>

#include "base/read_bytes.h"
#include "feeding/transforms/steps.h"
#include "imaging/decode/decode.h"
#include "imaging/kernels/colour.h"

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
                           "is dropped and the colours stay as they are")
                      .length(3)
                      .between(0, 255)
                      .or_null())
            .with(
                number(
                    "reducing_gap",
                    "Decodes plain JPEG files that the next steps scale down at a half or a quarter of their size, as "
                    "long as that is at least so many times the final size (as Pillow's: 2 is close to the exact "
                    "result, 3 nearly indistinguishable); null: always exact")
                    .at_least(1)
                    .or_null());
    }

    static Result<std::unique_ptr<LoadImage>> make(const Args& args) {
        auto made = std::make_unique<LoadImage>();
        made->colours_ = args.text("color_type");
        if (!args.is_null("reducing_gap")) {
            // Other colour types convert the full image at once, before later steps can reduce it.
            if (made->colours_ != "rgb")
                return invalid("reducing_gap needs color_type rgb, found {}; remove one of them", made->colours_);
            made->reducing_gap_ = args.number("reducing_gap");
        }
        if (!args.is_null("background")) {
            const auto colour = args.list<int>("background");
            made->limits_.background.emplace();
            std::copy(colour.begin(), colour.end(), made->limits_.background->begin());
        }
        return made;
    }

    [[nodiscard]] bool takes_pending() const override { return true; }

    Status apply(Sample& sample, Random&) const override {
        GOETIA_TRY(load(sample));
        sample.original_width = sample.image.width, sample.original_height = sample.image.height;
        sample.to_original = {};
        return {};
    }

  private:
    // Defers decoding where possible: the steps that follow determine which part is needed.
    Status load(Sample& sample) const {
        if (sample.pending.workspace != nullptr && colours_ == "rgb") return begin(sample, *sample.pending.workspace);
        Workspace own;
        GOETIA_TRY(begin(sample, own));
        GOETIA_TRY(materialize(sample));
        sample.pending = {};
        if (colours_ == "gray") sample.image = to_grey(sample.image);
        if (colours_ == "bgr") swap_red_and_blue(sample.image);
        return {};
    }

    Status begin(Sample& sample, Workspace& workspace) const {
        const StoredImage& stored = sample.stored;
        if (stored && stored.width > 0) {
            begin_pixels(sample, workspace, stored.width, stored.height,
                         reinterpret_cast<const std::uint8_t*>(stored.bytes.data()));
            return {};
        }
        if (!stored) {
            GOETIA_TRY(read_bytes(sample.path, workspace.file));
            workspace.bytes_read += static_cast<std::int64_t>(workspace.file.size());
        }
        const std::string_view bytes = stored ? stored.bytes : std::string_view(workspace.file);
        const std::string name = sample.path.empty() ? sample.name : sample.path.native();
        if (workspace.jpeg.open(bytes, stored.index)) {
            const int width = workspace.jpeg.width(), height = workspace.jpeg.height();
            GOETIA_TRY(check_size(width, height, name, limits_));
            sample.pending.begin(workspace, width, height);
            sample.pending.jpeg = true;
            sample.pending.reducing_gap = reducing_gap_;
            sample.pending.file = name;
            sample.image = {width, height, 3, {}};
            return {};
        }
        GOETIA_ASSIGN(workspace.image, decode_image(bytes, name, limits_));
        const Image& image = workspace.image;
        workspace.bytes_decoded += static_cast<std::int64_t>(image.pixels.size());
        begin_pixels(sample, workspace, image.width, image.height, image.pixels.data());
        return {};
    }

    DecodeLimits limits_;
    std::string colours_;
    double reducing_gap_ = 0;
};

}  // namespace

Status add_load_image(TransformRegistry& registry) { return registry.add<LoadImage>(); }

}  // namespace goetia
