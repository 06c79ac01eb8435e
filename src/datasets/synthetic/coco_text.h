// A synthetic set as a COCO JSON document.
#pragma once

#include <string>

#include "datasets/annotated_set.h"

namespace goetia {

// Images and annotations are numbered from 1, in order; category ids are class indices plus one.
std::string coco_text(const AnnotatedSet& set);

}  // namespace goetia
