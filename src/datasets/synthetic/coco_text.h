// A synthetic set as COCO's JSON.
#pragma once

#include <string>

#include "datasets/annotated_set.h"

namespace goetia {

// Images and annotations are numbered from 1, in order; a category's number is its class's plus one.
std::string coco_text(const AnnotatedSet& set);

}  // namespace goetia
