#include "feeding/transforms/padding.h"
#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

class Pad : public Transform {
  public:
    static Schema schema() {
        return Schema("Pad", "Adds a border").with(padding_param()).with(padding_mode_param()).with(fill_param());
    }

    static Result<std::unique_ptr<Pad>> make(const Args& args) {
        auto made = std::make_unique<Pad>();
        GOETIA_ASSIGN(made->padding_, padding_of(args));
        return made;
    }

    [[nodiscard]] bool takes_pending() const override { return true; }

    Status apply(Sample& sample, Random&) const override {
        GOETIA_TRY(needs_image(sample));
        return pad(sample, padding_.border, padding_);
    }

  private:
    Padding padding_;
};

}  // namespace

Status add_pad(TransformRegistry& registry) { return registry.add<Pad>(); }

}  // namespace goetia
