#include "feeding/transforms/steps.h"
#include "imaging/kernels/colour.h"

namespace goetia {
namespace {

class AutoContrast : public Sometimes {
  public:
    static Schema schema() {
        return Schema("AutoContrast", "Stretches each channel to 0 .. 255").with(prob_param(1.0));
    }

    explicit AutoContrast(const Args& args) : Sometimes(args) {}

  protected:
    Status change(Sample& sample, Random&) const override {
        autocontrast(sample.image);
        return {};
    }
};

}  // namespace

Status add_auto_contrast(TransformRegistry& registry) { return registry.add<AutoContrast>(); }

}  // namespace goetia
