// What heads ask of the loss of boxes.
#pragma once

#include <memory>
#include <string>

#include "component/args.h"
#include "learn/model.h"

namespace goetia {

// A loss that derives from this too compares boxes in pixels, as IoU losses do; heads give any other one the codes of
// their box coder.
class ComparesBoxes {
  public:
    virtual ~ComparesBoxes() = default;
};

// The loss that a section of a head names, joined by a sum: a head divides by what it counts itself. An Error where the
// section asks for a mean.
Result<std::shared_ptr<Loss>> make_summed_loss(const Args& args, const std::string& key, const BuildContext& context);

}  // namespace goetia
