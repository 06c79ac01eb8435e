#include <ATen/ops/cat.h>
#include <ATen/ops/upsample_nearest2d.h>

#include "base/json.h"
#include "learn/layers/yolo_blocks.h"
#include "learn/yolo/yolo_sizes.h"

namespace goetia {
namespace {

torch::Tensor doubled(const torch::Tensor& maps) {
    return at::upsample_nearest2d(maps, {2 * maps.size(2), 2 * maps.size(3)});
}

// The path aggregation network of YOLOv8 and YOLOv10: from the coarse maps down to the fine ones, and back. Children
// are named by the numbers that the layers have in the published tables.
class YoloPan final : public Neck {
  public:
    static Schema schema() {
        return with_yolo_size_params(
                   Schema("YoloPan", "The neck of YOLOv8 or YOLOv10: coarse maps into fine ones, and back"),
                   YoloPart::kNeck)
            .with(integers("in_channels", "channels of the maps at strides of 8, 16 and 32; the backbone's")
                      .length(3)
                      .at_least(1)
                      .or_null())
            .with(yolo_norm_param());
    }

    static Result<std::unique_ptr<YoloPan>> make(const Args& args, const BuildContext& context) {
        if (args.is_null("in_channels"))
            return invalid("in_channels is missing: the channels of the three maps that the neck is given");
        GOETIA_ASSIGN(const YoloShape shape, yolo_shape(args, YoloPart::kNeck));
        GOETIA_ASSIGN(const NormFactory norms, yolo_norms(args, context));
        std::unique_ptr<YoloPan> made(new YoloPan(shape, args.list<std::int64_t>("in_channels"), norms));
        GOETIA_TRY(check_norms(*made, norms));
        return made;
    }

    std::vector<torch::Tensor> forward(std::vector<torch::Tensor> features) override {
        TORCH_CHECK(features.size() == 3, "YoloPan needs three maps, found ", features.size());
        const torch::Tensor middle = top_down_[0]->forward(at::cat({doubled(features[2]), features[1]}, 1));
        const torch::Tensor fine = top_down_[1]->forward(at::cat({doubled(middle), features[0]}, 1));
        const torch::Tensor middle_out = bottom_up_[0]->forward(at::cat({downs_[0]->forward(fine), middle}, 1));
        return {fine, middle_out, bottom_up_[1]->forward(at::cat({downs_[1]->forward(middle_out), features[2]}, 1))};
    }

  private:
    YoloPan(const YoloShape& shape, const std::vector<std::int64_t>& in, const NormFactory& norms) {
        const std::int64_t c3 = in[0], c4 = in[1], c5 = in[2];
        int number = shape.version == 8 ? 12 : 13;
        const auto blocks = [&](std::size_t stage, std::int64_t from, std::int64_t to) {
            const C2fKind kind = shape.neck[stage];
            const auto made = std::make_shared<C2f>(C2fShape{.in = from,
                                                             .out = to,
                                                             .repeats = shape.repeats(3),
                                                             .shortcut = kind != C2fKind::kBottleneck,
                                                             .kind = kind},
                                                    norms);
            return register_module(std::to_string(std::exchange(number, number + 3)), made);
        };
        const auto down = [&](std::int64_t channels, bool separable) {
            std::shared_ptr<MapsLayer> made;
            if (separable) made = std::make_shared<ScDown>(channels, channels, norms);
            else
                made = std::make_shared<YoloConv>(channels, channels, YoloConvOptions{.kernel = 3, .stride = 2}, norms);
            return register_module(std::to_string(number - 2), made);
        };
        top_down_ = {blocks(0, c5 + c4, c4), blocks(1, c4 + c3, c3)};
        downs_.push_back(down(c3, false));
        bottom_up_.push_back(blocks(2, c3 + c4, c4));
        downs_.push_back(down(c4, shape.version == 10));
        bottom_up_.push_back(blocks(3, c4 + c5, c5));
    }

    std::vector<std::shared_ptr<C2f>> top_down_, bottom_up_;
    std::vector<std::shared_ptr<MapsLayer>> downs_;
};

}  // namespace

Status add_yolo_pan(NeckRegistry& registry) { return registry.add<YoloPan>(); }

}  // namespace goetia
