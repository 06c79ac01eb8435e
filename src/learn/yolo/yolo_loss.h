// What YOLO learns by: boxes and classes of the places that an assigner gives to objects.
#pragma once

#include <memory>
#include <string>

#include "component/args.h"
#include "component/schema.h"
#include "learn/boxes/assigner.h"
#include "learn/yolo/yolo_reading.h"

namespace goetia {

// "box_weight", "cls_weight" and "dfl_weight", with the weights of the published recipe.
Schema with_yolo_loss_params(Schema schema);
// An assigner section that is the task-aligned one with so many places for each object.
Json task_aligned_section(std::int64_t topk);

// The places that are to find an object, over all rows of a batch, in the order of the rows.
struct YoloPositives {
    torch::Tensor rows, places, objects;  // int64 [positives]; objects count within their row
    torch::Tensor weights;                // float [positives]: how well the place suits its object
    torch::Tensor boxes;                  // float [positives, 4]: of the objects
    torch::Tensor labels;                 // int64 [positives]
    torch::Tensor ignored;                // bool [rows, places]: these places count for nothing
};

struct YoloLosses {
    torch::Tensor box, cls, dfl;  // scalars, already weighted
    YoloPositives positives;
};

class YoloLoss {
  public:
    YoloLoss(const Args& args, std::shared_ptr<Assigner> assigner);

    [[nodiscard]] YoloLosses operator()(const YoloReading& found, const YoloReader& reader,
                                        const Targets& targets) const;

  private:
    [[nodiscard]] YoloPositives positives(const YoloReading& found, const Targets& targets) const;

    std::shared_ptr<Assigner> assigner_;
    double box_weight_, cls_weight_, dfl_weight_;
};

// The distribution focal loss of each distance (Li et al. 2020): `logits` [n, bins] over 0 .. bins - 1 are to have
// their expectation at `values` [n], by the two bins around it; [n].
torch::Tensor distribution_focal_loss(const torch::Tensor& logits, const torch::Tensor& values);

}  // namespace goetia
