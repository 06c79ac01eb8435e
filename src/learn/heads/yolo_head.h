// What the heads of YOLOv8, YOLOv10 and YOLOv8-seg are built with.
#pragma once

#include <memory>
#include <string>

#include "learn/boxes/selection.h"
#include "learn/tasks/objects.h"
#include "learn/yolo/yolo_finding.h"
#include "learn/yolo/yolo_loss.h"
#include "learn/yolo/yolo_towers.h"

namespace goetia {

struct YoloHeadParts {
    static Result<YoloHeadParts> make(const Args& args, const BuildContext& context, bool separable_classes);

    YoloHeadShape shape;
    NormFactory norms;
    YoloReader reader;
};

// The loss with the assigner that parameter `assigner` names.
Result<YoloLoss> make_yolo_loss(const Args& args, const BuildContext& context, const std::string& assigner);

// What is sure enough, thinned out by NMS, as the published evaluation has it.
Selection yolo_selection();

}  // namespace goetia
