#include "datasets/splits/split_reader.h"

#include "datasets/splits/plan.h"

namespace goetia {
namespace {

class SplitReader : public SetReader {
  public:
    SplitReader(std::shared_ptr<SetReader> whole, SplitPlan plan) : whole_(std::move(whole)), plan_(plan) {}

    [[nodiscard]] Result<ReadSet> read(Split split) const override {
        if (!is_divided(split)) return whole_->read(split);
        if (split != Split::kTrain) GOETIA_TRY(check_not_given(split));
        auto whole = whole_->read(Split::kTrain);
        if (!whole && whole.error().code == Code::kNotFound)
            return invalid("dataset.split divides the training split, and there is none: {}", whole.error().message);
        if (!whole) return std::move(whole).error();
        ReadSet read = std::move(whole).value();
        GOETIA_ASSIGN(const std::vector<Split> splits, divide(read.set, plan_));
        std::size_t at = 0;
        std::erase_if(read.set.images, [&](const AnnotatedImage&) { return splits[at++] != split; });
        return read;
    }

  private:
    [[nodiscard]] bool is_divided(Split split) const {
        if (plan_.kind == SplitKind::kFolds) return split != Split::kTest;
        return plan_.shares.at(static_cast<std::size_t>(split)) > 0;
    }

    [[nodiscard]] Status check_not_given(Split split) const {
        const auto given = whole_->read(split);
        if (!given && given.error().code == Code::kNotFound) return {};
        if (!given) return given.error();
        return invalid(
            "the data set has a {} split already, which dataset.split would cut out of the training split "
            "again; remove dataset.split, or give {} no share in its ratios",
            split_name(split), split_name(split));
    }

    std::shared_ptr<SetReader> whole_;
    SplitPlan plan_;
};

}  // namespace

ReaderRegistry::Entry with_split(ReaderRegistry::Entry entry) {
    Schema schema =
        std::move(entry.schema)
            .with(
                object(
                    "split",
                    "Divides the training split: type random, stratified, subject or kfold, with ratios, seed, folds, "
                    "fold; without it the set's own splits are used")
                    .or_null());
    entry.schema = std::move(schema);
    entry.factory = [make = std::move(entry.factory)](const Args& args) -> Result<std::shared_ptr<SetReader>> {
        Json section = args.json();
        const Json split = section.at("split");
        section.erase("split");
        GOETIA_ASSIGN(std::shared_ptr<SetReader> reader, make(Args(std::move(section))));
        if (split.is_null()) return reader;
        GOETIA_ASSIGN(const SplitPlan plan, split_plan(split, "dataset.split"));
        return std::shared_ptr<SetReader>(std::make_shared<SplitReader>(std::move(reader), plan));
    };
    return entry;
}

}  // namespace goetia
