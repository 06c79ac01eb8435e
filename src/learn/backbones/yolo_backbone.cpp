#include "base/json.h"
#include "learn/backbones/chain_backbone.h"
#include "learn/layers/yolo_blocks.h"
#include "learn/yolo/yolo_sizes.h"

namespace goetia {
namespace {

constexpr std::int64_t kDeepestStride = 32;

std::int64_t next_multiple(std::int64_t size) { return (size + kDeepestStride - 1) / kDeepestStride * kDeepestStride; }

// The backbones of YOLOv8 and YOLOv10: maps at strides of 8, 16 and 32. Children are named by the numbers that the
// layers have in the published tables.
class YoloBackbone final : public ChainBackbone {
  public:
    static Schema schema() {
        return with_yolo_size_params(
                   Schema("YoloBackbone", "The backbone of YOLOv8 or YOLOv10: maps at strides of 8, 16 and 32"),
                   YoloPart::kBackbone)
            .with(number("width", "factor on the channels; null: as the size says").above(0).at_most(4).or_null())
            .with(integer("max_channels", "the most channels before that factor; null: as the size says")
                      .at_least(64)
                      .or_null())
            .with(integer("in_channels", "channels of the images").at_least(1).fallback(3))
            .with(yolo_norm_param());
    }

    static Result<std::unique_ptr<YoloBackbone>> make(const Args& args, const BuildContext& context) {
        GOETIA_ASSIGN(YoloShape shape, yolo_shape(args, YoloPart::kBackbone));
        if (!args.is_null("width")) shape.width = args.number("width");
        if (!args.is_null("max_channels")) shape.max_channels = args.integer("max_channels");
        GOETIA_ASSIGN(const NormFactory norms, yolo_norms(args, context));
        std::unique_ptr<YoloBackbone> made(new YoloBackbone(shape, args.integer("in_channels"), norms));
        GOETIA_TRY(check_norms(*made, norms));
        return made;
    }

    std::vector<torch::Tensor> forward(const torch::Tensor& images) override {
        const std::int64_t height = images.size(2), width = images.size(3);
        TORCH_CHECK(height % kDeepestStride == 0 && width % kDeepestStride == 0, "YOLO halves its maps five times, so ",
                    "images must be multiples of ", kDeepestStride, " high and wide; found ", height, "x", width,
                    " (height x width); resize or pad them to [", next_multiple(height), ", ", next_multiple(width),
                    "] in every pipeline");
        return ChainBackbone::forward(images);
    }

  private:
    YoloBackbone(const YoloShape& shape, std::int64_t in_channels, const NormFactory& norms) {
        const auto conv = [&](std::int64_t in, std::int64_t out) {
            add(std::make_shared<YoloConv>(in, out, YoloConvOptions{.kernel = 3, .stride = 2}, norms), out);
        };
        const auto down = [&](std::int64_t in, std::int64_t out) {
            if (shape.version == 8) conv(in, out);
            else add(std::make_shared<ScDown>(in, out, norms), out);
        };
        const auto blocks = [&](std::size_t stage, std::int64_t count) {
            const std::int64_t channels = last_channels();
            add(std::make_shared<C2f>(C2fShape{.in = channels,
                                               .out = channels,
                                               .repeats = shape.repeats(count),
                                               .shortcut = true,
                                               .kind = shape.backbone[stage]},
                                      norms),
                channels);
        };
        conv(in_channels, shape.channels(0));
        conv(shape.channels(0), shape.channels(1));
        blocks(0, 3);
        conv(shape.channels(1), shape.channels(2));
        blocks(1, 6);
        const std::size_t p3 = step_count() - 1;
        down(shape.channels(2), shape.channels(3));
        blocks(2, 6);
        const std::size_t p4 = step_count() - 1;
        down(shape.channels(3), shape.channels(4));
        blocks(3, 3);
        add(std::make_shared<Sppf>(last_channels(), norms), last_channels());
        if (shape.version == 10) add(std::make_shared<PartialSelfAttention>(last_channels(), norms), last_channels());
        hand_on({p3, p4, step_count() - 1});
    }

    void add(std::shared_ptr<MapsLayer> layer, std::int64_t channels) {
        const std::string name = std::to_string(step_count());
        add_layer(name, register_module(name, std::move(layer)), channels);
    }
};

}  // namespace

Status add_yolo_backbone(BackboneRegistry& registry) { return registry.add<YoloBackbone>(); }

}  // namespace goetia
