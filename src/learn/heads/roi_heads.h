// The second of two stages (Girshick, 2015; He et al., 2017): reads the maps below each proposal and says which class
// of object it is, how its box lies exactly, and, with masks, which of its pixels belong to it. Parameter names and
// values are torchvision's, with column 0 of every class layer for the background.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "component/args.h"
#include "learn/boxes/assigner.h"
#include "learn/boxes/box_coder.h"
#include "learn/boxes/box_sampler.h"
#include "learn/boxes/roi_align.h"
#include "learn/boxes/selection.h"
#include "learn/heads/roi_branches.h"
#include "learn/model.h"
#include "learn/tasks/objects.h"

namespace goetia {

class RoiHeads final : public Module {
  public:
    static Result<std::shared_ptr<RoiHeads>> make(const Args& args, const BuildContext& context, std::int64_t channels,
                                                  bool with_masks);

    using Named = std::vector<std::pair<std::string, torch::Tensor>>;
    // Of proposals [., 4] of each image, to which the true boxes are added.
    [[nodiscard]] Named losses(const std::vector<torch::Tensor>& maps, const std::vector<torch::Tensor>& proposals,
                               const Targets& targets) const;
    [[nodiscard]] std::vector<RowObjects> find(const std::vector<torch::Tensor>& maps,
                                               const std::vector<torch::Tensor>& proposals,
                                               const std::vector<Frame>& frames) const;

  private:
    struct Parts {
        std::shared_ptr<Assigner> assigner;
        std::shared_ptr<BoxSampler> sampler;
        std::shared_ptr<BoxCoder> coder;
        std::optional<NormFactory> norms;
        Selection selection;
    };
    // What a step learns from: boxes of all images, one image after the other.
    struct Lesson {
        torch::Tensor rois;              // [K, 5]
        torch::Tensor labels;            // int64 [K], 0: background
        torch::Tensor codes;             // [positive, 4], of those with an object, in their order
        std::vector<torch::Tensor> own;  // of each image: int64, the number of the object of each positive box
    };
    RoiHeads(const Args& args, Parts parts, std::int64_t channels, bool with_masks);

    [[nodiscard]] Lesson lesson(const std::vector<torch::Tensor>& proposals, const Targets& targets) const;
    [[nodiscard]] torch::Tensor mask_loss(const std::vector<torch::Tensor>& maps, const Lesson& lesson,
                                          const Targets& targets) const;
    [[nodiscard]] RowObjects found_in(const torch::Tensor& boxes, const BoxFindings& findings,
                                      const Frame& frame) const;
    void add_masks(std::vector<RowObjects>& rows, const std::vector<torch::Tensor>& maps,
                   const std::vector<Frame>& frames) const;
    [[nodiscard]] torch::Tensor read(const std::vector<torch::Tensor>& maps, const torch::Tensor& rois,
                                     const Frame& frame, const RoiGrid& grid) const;

    Parts parts_;
    std::int64_t classes_;
    RoiGrid box_grid_, mask_grid_;
    PyramidLevels levels_;
    std::shared_ptr<BoxBranch> box_branch_;
    std::shared_ptr<MaskBranch> mask_branch_;  // may be null
};

}  // namespace goetia
