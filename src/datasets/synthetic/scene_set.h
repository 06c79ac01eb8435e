// Seeded sets of pictures with several shapes each, for the tasks that say where things are. The same plan gives the
// same bytes on any number of threads.
#pragma once

#include "datasets/annotated_set.h"
#include "datasets/synthetic/shapes.h"

namespace goetia {

// kDetection and kInstance make COCO's layout: images/{train,val}/000000000001.jpg and annotations/instances_*.json,
// with boxes alone or with outlines too. kSemantic makes images/{train,val}/, masks/{train,val}/*.png and classes.txt,
// whose first class is the background: plan.classes counts it.
Result<ShapesMade> make_scenes(Task task, const ShapesPlan& plan, const std::filesystem::path& output,
                               const std::function<void(std::int64_t done, std::int64_t all)>& told = {},
                               const StopToken& stop = {});

}  // namespace goetia
