#include "feeding/transforms/steps.h"
#include "imaging/kernels/colour.h"

namespace goetia {
namespace {

class Equalize : public Sometimes {
  public:
    static Schema schema() { return Schema("Equalize", "Spreads each channel's levels evenly").with(prob_param(1.0)); }

    explicit Equalize(const Args& args) : Sometimes(args) {}

  protected:
    Status change(Sample& sample, Random&) const override {
        equalize(sample.image);
        return {};
    }
};

}  // namespace

Status add_equalize(TransformRegistry& registry) { return registry.add<Equalize>(); }

}  // namespace goetia
