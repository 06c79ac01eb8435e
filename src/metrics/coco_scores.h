// The objects of COCO files, matched: what the summaries are made of.
#pragma once

#include <vector>

#include "metrics/coco_files.h"
#include "metrics/matched.h"

namespace goetia {

// For each category its images in the order of their ids.
std::vector<Matched> match_coco_files(const CocoFiles& files, IouType type);
// The same by VOC's rules, from IoU 0.5 on: crowds and difficult objects count for nothing.
std::vector<Matched> match_voc_files(const CocoFiles& files);

}  // namespace goetia
