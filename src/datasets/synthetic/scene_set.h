// Reproducible image sets with several shapes per image, for the tasks that locate objects. The same options give the
// same bytes on any number of threads.
#pragma once

#include "datasets/annotated_set.h"
#include "datasets/synthetic/shapes.h"

namespace goetia {

// kDetection and kInstance use the COCO layout: images/{train,val}/000000000001.jpg and annotations/instances_*.json,
// with boxes alone or with outlines too. kSemantic writes images/{train,val}/, masks/{train,val}/*.png and classes.txt,
// whose first class is the background; plan.classes includes it.
Result<SplitSizes> make_scenes(Task task, const ShapesPlan& plan, const std::filesystem::path& output,
                               const std::function<void(std::int64_t done, std::int64_t all)>& on_progress = {},
                               const StopToken& stop = {});

}  // namespace goetia
