// Taking the objects that the checks found faulty out of a set, where a run asks for that.
#pragma once

#include "datasets/validation/checks.h"

namespace goetia {

// refuse: a run does not begin on a set with faults. leave_out: faulty objects are left out and counted; faults that
// are about no single object still refuse the set.
enum class FaultyObjects { kRefuse, kLeaveOut };

// Takes the faults that are about objects out of `findings`, and these objects out of the set; each object is counted
// in set.left_out.
void leave_out_faulty(AnnotatedSet& set, Findings& findings);

// A fault for each picture that is not there: for what takes the files themselves.
Findings missing_pictures(const AnnotatedSet& set);

// Takes these pictures out of the set with all that is marked in them; each is counted in set.left_out.
void leave_out_missing(AnnotatedSet& set);

}  // namespace goetia
