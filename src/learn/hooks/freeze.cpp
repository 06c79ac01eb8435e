#include <fnmatch.h>

#include <fmt/ranges.h>

#include "learn/hooks/hook.h"
#include "learn/tensor.h"

namespace goetia {
namespace {

// Parts of the model rest for some epochs.
class Freeze final : public Hook {
  public:
    explicit Freeze(const Args& args)
        : patterns_(args.list<std::string>("patterns")),
          until_(args.is_null("until_epoch") ? 0 : args.integer("until_epoch")),
          from_(args.is_null("from_epoch") ? 0 : args.integer("from_epoch")),
          norms_(args.flag("norms")) {}

    static Schema schema() {
        return Schema("Freeze", "Leaves parameters as they are for some epochs, or for the whole run")
            .with(texts("patterns", "of names, such as backbone.*").fallback({"backbone.*"}))
            .with(integer("until_epoch", "the first epoch that trains them, from 1").at_least(2).or_null())
            .with(integer("from_epoch", "the first epoch that no longer trains them, from 1").at_least(1).or_null())
            .with(boolean("norms", "statistics of norm layers that rest do not follow the images").fallback(true));
    }

    [[nodiscard]] std::string_view name() const override { return "freeze"; }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kFirst; }
    [[nodiscard]] bool leaves_parameters_out() const override { return true; }

    Status before_run(TrainContext& context) override {
        for (const std::string& pattern : patterns_) {
            bool hit = false;
            for (const NamedTensor& one : context.model().named_parameters()) {
                if (fnmatch(pattern.c_str(), one.name.c_str(), 0) != 0) continue;
                hit = true;
                if (one.tensor.requires_grad()) parts_.push_back(one.tensor);
            }
            if (!hit) return invalid("'{}' matches no parameter; patterns are of names such as backbone.*", pattern);
        }
        return {};
    }

    Status before_epoch(TrainContext& context) override {
        const std::int64_t epoch = context.progress().epoch + 1;
        const bool rests =
            (until_ == 0 && from_ == 0) || (until_ > 0 && epoch < until_) || (from_ > 0 && epoch >= from_);
        for (torch::Tensor& part : parts_) {
            part.set_requires_grad(!rests);
            if (rests) part.mutable_grad().reset();
        }
        if (rests && norms_) rest_norms(context.model());
        if (rests != rested_)
            context.say(fmt::format("epoch {}: {} {}", epoch, fmt::join(patterns_, ", "),
                                    rests ? "no longer trained" : "trained from here on"));
        rested_ = rests;
        return {};
    }

  private:
    // The epoch has just put every module into training.
    void rest_norms(Model& model) const {
        for (const auto& [path, module] : model.named_modules()) {
            if (module->own_buffers().size() == 0) continue;
            const bool is_named = std::any_of(patterns_.begin(), patterns_.end(), [&](const std::string& pattern) {
                return fnmatch(pattern.c_str(), (path + ".running_mean").c_str(), 0) == 0;
            });
            if (is_named) const_cast<Module*>(module)->train(false);
        }
    }

    std::vector<std::string> patterns_;
    std::int64_t until_, from_;
    bool norms_;
    std::vector<torch::Tensor> parts_;
    bool rested_ = false;
};

}  // namespace

Status add_freeze(HookRegistry& registry) { return registry.add<Freeze>(); }

}  // namespace goetia
