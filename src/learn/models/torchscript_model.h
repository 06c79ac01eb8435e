// A model written elsewhere: a TorchScript file whose forward takes images and gives class scores. Its parameters and
// buffers keep their names, so optimizer, checkpoints and averages treat it like any other model.
#pragma once

#include <memory>

#include "component/args.h"
#include "component/schema.h"
#include "learn/tasks/classification.h"

namespace goetia {

class TorchScriptModel : public ClassificationModel {
  public:
    static Schema schema();
    // Exceptions of a damaged file become an Error that names it.
    static Result<std::unique_ptr<TorchScriptModel>> make(const Args& args, const BuildContext& context);

    // The order of its layers is not known: the whole model is one.
    [[nodiscard]] std::int64_t layer_of(const std::string&) const override { return 0; }
    [[nodiscard]] std::int64_t layers() const override { return 1; }
};

}  // namespace goetia
