// The data set that every built-in format becomes: samples from an annotated set.
#pragma once

#include "datasets/annotated_set.h"
#include "datasets/dataset.h"
#include "datasets/formats/reader.h"
#include "datasets/validation/leave_out.h"

namespace goetia {

class AnnotatedDataset : public Dataset {
  public:
    explicit AnnotatedDataset(AnnotatedSet set) : set_(std::move(set)) {}

    [[nodiscard]] std::int64_t size() const override { return static_cast<std::int64_t>(set_.images.size()); }
    [[nodiscard]] const std::vector<std::string>& classes() const override { return set_.classes; }
    [[nodiscard]] Result<Sample> sample(std::int64_t index) const override;
    [[nodiscard]] Result<SampleInfo> info(std::int64_t index) const override;
    [[nodiscard]] const std::vector<std::int64_t>& class_ids() const override { return set_.class_ids; }
    [[nodiscard]] const std::vector<std::string>& targets() const override { return set_.targets; }
    [[nodiscard]] const std::vector<DataSource>& sources() const override { return set_.sources; }
    [[nodiscard]] const std::map<std::string, std::int64_t>& left_out() const override { return set_.left_out; }
    [[nodiscard]] Json default_sampler() const override { return set_.default_sampler; }
    [[nodiscard]] const AnnotatedSet& set() const { return set_; }

  private:
    [[nodiscard]] Status check(std::int64_t index) const;

    AnnotatedSet set_;
};

// Refuses a set with faults and reports all of them at once.
Result<std::unique_ptr<AnnotatedDataset>> open_dataset(const SetReader& reader, Split split,
                                                       FaultyObjects faulty = FaultyObjects::kRefuse);

}  // namespace goetia
