// What the second stage computes from the maps below its boxes: classes and boxes, or masks.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "learn/heads/conv_tower.h"
#include "learn/layers/conv_transpose2d.h"
#include "learn/layers/linear.h"

namespace goetia {

struct BoxFindings {
    torch::Tensor logits;  // [K, columns]
    torch::Tensor codes;   // [K, columns, 4], as the box coder tells boxes
};

// Without convolutions two linear layers "fc6" and "fc7"; with them, these and then one linear layer.
class BoxHead final : public ConvTower {
  public:
    struct Widths {
        std::int64_t in = 256;               // channels of the maps
        std::int64_t size = 7;               // pixels per side
        std::vector<std::int64_t> channels;  // of the convolutions
        std::int64_t features = 1024;
    };
    BoxHead(const Widths& widths, const std::optional<NormFactory>& norms);
    [[nodiscard]] torch::Tensor features(const torch::Tensor& maps) const;

  private:
    std::vector<std::shared_ptr<Linear>> linears_;
};

// `parent` gets the children "box_head" and "box_predictor".
class BoxBranch {
  public:
    BoxBranch(Module& parent, const BoxHead::Widths& widths, std::int64_t columns,
              const std::optional<NormFactory>& norms);
    [[nodiscard]] BoxFindings find(const torch::Tensor& maps) const;

  private:
    std::int64_t columns_;
    std::shared_ptr<BoxHead> head_;
    std::shared_ptr<Linear> score_, boxes_;
};

// `parent` gets the children "mask_head" and "mask_predictor".
class MaskBranch {
  public:
    struct Widths {
        std::int64_t in = 256;
        std::vector<std::int64_t> channels;
        std::int64_t predictor = 256;
    };
    MaskBranch(Module& parent, const Widths& widths, std::int64_t columns, const std::optional<NormFactory>& norms);
    // maps [K, in, s, s] -> the logits of the columns [K], [K, 2 s, 2 s].
    [[nodiscard]] torch::Tensor find(const torch::Tensor& maps, const torch::Tensor& columns) const;
    // A zero with a gradient (of zeros) for every parameter.
    [[nodiscard]] torch::Tensor nothing() const;

  private:
    std::shared_ptr<ConvTower> head_;
    std::shared_ptr<ConvTranspose2d> enlarge_;
    std::shared_ptr<Conv2d> logits_;
};

}  // namespace goetia
