// Removes faulty objects and missing images from a set, if a run is configured to do so.
#pragma once

#include "datasets/validation/checks.h"

namespace goetia {

// kRefuse: a run does not start on a set with faults. kLeaveOut: faulty objects are left out and counted; faults that
// are not about a single object still refuse the set.
enum class FaultyObjects { kRefuse, kLeaveOut };

// Moves the faults about single objects out of `findings`, and these objects out of the set; each object is counted in
// set.left_out.
void leave_out_faulty(AnnotatedSet& set, Findings& findings);

// A fault for each missing image file, for commands that need the files themselves.
Findings missing_images(const AnnotatedSet& set);

// Removes the images with missing files from the set; each is counted in set.left_out.
void leave_out_missing(AnnotatedSet& set);

}  // namespace goetia
