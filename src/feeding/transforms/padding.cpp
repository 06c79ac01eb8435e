#include "feeding/transforms/padding.h"

#include <algorithm>

#include "base/json.h"
#include "base/json_text.h"
#include "feeding/transforms/steps.h"

namespace goetia {

ParamBuilder padding_param() {
    return integers("padding",
                    "Border in pixels: one number for all sides, [horizontal, vertical], or [left, top, right, bottom]")
        .at_least(0)
        .at_most(65535)
        .or_scalar();
}

ParamBuilder padding_mode_param() {
    return text("padding_mode",
                "What the border shows: a colour, the edge's pixels, or the mirrored image without or with its edge")
        .one_of({"constant", "edge", "reflect", "symmetric"})
        .fallback("constant");
}

ParamBuilder fill_param() {
    return integers("fill", "The border's colour for 'constant': one level or [red, green, blue]")
        .length(3)
        .between(0, 255)
        .or_scalar()
        .fallback(0);
}

Result<Padding> padding_of(const Args& args) {
    Padding padding;
    const auto p = args.list<int>("padding", 4);
    if (p.size() == 2) padding.border = {p[0], p[1], p[0], p[1]};
    else if (p.size() == 4) padding.border = {p[0], p[1], p[2], p[3]};
    else return invalid("padding needs 1, 2 or 4 numbers, found {}", json_text(args.json().at("padding")));
    const std::string mode = args.text("padding_mode");
    padding.mode = mode == "edge"        ? PaddingMode::kEdge
                   : mode == "reflect"   ? PaddingMode::kReflect
                   : mode == "symmetric" ? PaddingMode::kSymmetric
                                         : PaddingMode::kConstant;
    const auto fill = args.list<int>("fill", 3);
    std::copy(fill.begin(), fill.end(), padding.fill.begin());
    return padding;
}

Status pad(Sample& sample, const Border& border, const Padding& padding) {
    const Image& image = sample.image;
    const int spare = padding.mode == PaddingMode::kReflect ? 1 : 0;
    const bool mirrors = padding.mode == PaddingMode::kReflect || padding.mode == PaddingMode::kSymmetric;
    if (mirrors && (std::max(border.left, border.right) > image.width - spare ||
                    std::max(border.top, border.bottom) > image.height - spare)) {
        return invalid(
            "the image of {}x{} is too small for the border that mirrors it; use padding_mode 'edge' or 'constant', or "
            "a smaller padding",
            image.width, image.height);
    }
    return pad(sample, border, padding.mode, padding.fill);
}

}  // namespace goetia
