#include "graph/infer_windows.h"

namespace goetia {
namespace {

// Along one axis of the map: 0 is the height, 1 the width.
struct WindowAxis {
    std::int64_t length, kernel, stride, dilation, before, after;

    [[nodiscard]] std::int64_t reach() const { return dilation * (kernel - 1) + 1; }
    [[nodiscard]] std::int64_t places(bool ceil) const {
        const std::int64_t room = length + before + after - reach();
        if (room < 0) return 0;
        std::int64_t count = room / stride + 1;
        // A last window may reach over the end, unless it would begin behind it.
        if (ceil && room % stride != 0 && count * stride < length + before) ++count;
        return count;
    }
};

bool is_maps(const Extents& in) { return in.size() == 4 && !in[1].of_batch && !in[2].of_batch && !in[3].of_batch; }

Result<Extents> slid(const GraphNode& node, const Extents& in, std::int64_t channels,
                     const std::vector<std::int64_t>& kernel, const std::vector<std::int64_t>& dilations, bool ceil) {
    Extents shape{in[0], channels};
    for (std::size_t i = 0; i < 2; ++i) {
        const WindowAxis axis{in[2 + i].count,           kernel[i],
                              node.wholes("strides")[i], dilations[i],
                              node.wholes("pads")[i],    node.wholes("pads")[2 + i]};
        if (axis.stride < 1 || axis.dilation < 1 || axis.kernel < 1)
            return invalid("kernel {}, stride {} and dilation {} must be 1 or more", axis.kernel, axis.stride,
                           axis.dilation);
        const std::int64_t places = axis.places(ceil);
        if (places < 1) return invalid("a window of {} does not fit into {}", axis.reach(), extents_text(in));
        shape.emplace_back(places);
    }
    return shape;
}

Status check_bias(const std::vector<Extents>& in, std::int64_t channels) {
    if (in.size() < 3 || in[2].empty() || in[2] == Extents{channels}) return {};
    return invalid("a bias {} does not fit {} channels", extents_text(in[2]), channels);
}

}  // namespace

Result<Extents> conv_shape(const GraphNode& node, const std::vector<Extents>& in) {
    const std::int64_t groups = node.whole("groups");
    if (!is_maps(in[0]) || in[1].size() != 4 || groups < 1 || in[0][1].count != in[1][1].count * groups ||
        in[1][0].count % groups != 0)
        return invalid("an input {} does not fit weights {} in {} groups", extents_text(in[0]), extents_text(in[1]),
                       groups);
    GOETIA_TRY(check_bias(in, in[1][0].count));
    return slid(node, in[0], in[1][0].count, {in[1][2].count, in[1][3].count}, node.wholes("dilations"), false);
}

Result<Extents> conv_transpose_shape(const GraphNode& node, const std::vector<Extents>& in) {
    const std::int64_t groups = node.whole("groups");
    if (!is_maps(in[0]) || in[1].size() != 4 || groups < 1 || in[0][1] != in[1][0] || in[1][0].count % groups != 0)
        return invalid("an input {} does not fit transposed weights {} in {} groups", extents_text(in[0]),
                       extents_text(in[1]), groups);
    const std::int64_t channels = in[1][1].count * groups;
    GOETIA_TRY(check_bias(in, channels));
    Extents shape{in[0][0], channels};
    for (std::size_t i = 0; i < 2; ++i) {
        const std::int64_t length = (in[0][2 + i].count - 1) * node.wholes("strides")[i] +
                                    node.wholes("dilations")[i] * (in[1][2 + i].count - 1) + 1 +
                                    node.wholes("output_padding")[i] - node.wholes("pads")[i] -
                                    node.wholes("pads")[2 + i];
        if (length < 1) return invalid("nothing is left of {}", extents_text(in[0]));
        shape.emplace_back(length);
    }
    return shape;
}

Result<Extents> pool_shape(const GraphNode& node, const Extents& in) {
    if (!is_maps(in)) return invalid("{} is no batch of maps", extents_text(in));
    const std::vector<std::int64_t> dilations =
        node.op == GraphOp::kMaxPool ? node.wholes("dilations") : std::vector<std::int64_t>{1, 1};
    return slid(node, in, in[1].count, node.wholes("kernel"), dilations, node.whole("ceil") != 0);
}

Result<Extents> resize_shape(const GraphNode& node, const Extents& in) {
    const std::string& mode = node.text("mode");
    if (!is_maps(in)) return invalid("{} is no batch of maps", extents_text(in));
    if (mode != "nearest" && mode != "linear") return invalid("mode '{}' is not nearest or linear", mode);
    for (const std::int64_t length : node.wholes("size")) {
        if (length < 1) return invalid("a length of {} is less than 1", length);
    }
    return Extents{in[0], in[1], node.wholes("size")[0], node.wholes("size")[1]};
}

}  // namespace goetia
