// Looks at the data of a folder for `goetia train --data`.
#include "apps/goetia/train_plan.h"

#include <algorithm>
#include <cmath>

#include "apps/goetia/dataset_section.h"
#include "datasets/formats/annotated_dataset.h"
#include "datasets/layout/found_set.h"
#include "imaging/decode/image_size.h"

namespace goetia::cli {
namespace {

// Samples spread over the set.
Result<std::vector<Sample>> some_samples(const Dataset& data) {
    constexpr std::int64_t kLookedAt = 64;
    std::vector<Sample> samples;
    const std::int64_t count = std::min(kLookedAt, data.size());
    for (std::int64_t i = 0; i < count; ++i) {
        GOETIA_ASSIGN(Sample sample, data.sample(i * data.size() / count));
        samples.push_back(std::move(sample));
    }
    return samples;
}

void look_at_sizes(const std::vector<Sample>& samples, DataInfo& info) {
    std::vector<int> sides;
    info.is_one_size = true;
    for (const Sample& sample : samples) {
        if (sample.path.empty()) continue;  // packed
        const auto size = read_image_size(sample.path);
        if (!size) continue;  // left to the run's policy for broken samples
        if (sides.empty()) info.width = size->width, info.height = size->height;
        info.is_one_size = info.is_one_size && size->width == info.width && size->height == info.height;
        sides.push_back(std::max(size->width, size->height));
    }
    if (sides.empty()) return void(info.is_one_size = false);
    std::ranges::nth_element(sides, sides.begin() + std::ssize(sides) / 2);
    info.side = sides[sides.size() / 2];
}

Status look_at_values(const Dataset& data, DataInfo& info) {
    std::vector<double> sums, squares;
    for (std::int64_t i = 0; i < data.size(); ++i) {
        GOETIA_ASSIGN(const Sample sample, data.sample(i));
        sums.resize(std::max(sums.size(), sample.values.size())), squares.resize(sums.size());
        for (std::size_t t = 0; t < sample.values.size(); ++t)
            sums[t] += sample.values[t], squares[t] += sample.values[t] * sample.values[t];
    }
    const auto count = static_cast<double>(data.size());
    for (std::size_t t = 0; t < sums.size(); ++t) {
        const double mean = sums[t] / count, variance = squares[t] / count - mean * mean;
        info.means.push_back(mean);
        info.deviations.push_back(variance > 0 ? std::sqrt(variance) : 1);
    }
    return {};
}

std::vector<Task> tasks_of(Task own, const std::optional<Task>& said) {
    std::vector<Task> tasks{own};
    // Outlined objects have boxes too, which most sets of them are used for.
    if (own == Task::kInstance) tasks = {Task::kDetection, Task::kInstance};
    if (said && std::ranges::count(tasks, *said) == 0) tasks.insert(tasks.begin(), *said);
    if (said) std::ranges::stable_partition(tasks, [&](Task task) { return task == *said; });
    return tasks;
}

}  // namespace

Task task_of(const Sample& sample, const Dataset& data) {
    if (sample.has_mask()) return Task::kSemantic;
    if (!sample.values.empty()) return data.classes().empty() ? Task::kRegression : Task::kMultilabel;
    for (const Instance& one : sample.instances) {
        if (!one.polygons.empty() || one.mask) return Task::kInstance;
    }
    return sample.instances.empty() ? Task::kClassification : Task::kDetection;
}

Result<DataInfo> data_info(const FoundSet& found) {
    GOETIA_ASSIGN(const DatasetRegistry datasets, builtin_datasets());
    DataInfo info{.section = found.section};
    GOETIA_ASSIGN(const auto train, datasets.make(found.section, "dataset", Split::kTrain));
    const auto val = datasets.make(found.section, "dataset", Split::kVal);
    if (!val && val.error().code != Code::kNotFound) return val.error();
    info.train = train->size();
    info.classes = std::ssize(train->classes());
    info.has_val = val.ok() && (*val)->size() > 0;
    info.val = info.has_val ? (*val)->size() : 0;
    GOETIA_ASSIGN(const std::vector<Sample> samples, some_samples(*train));
    if (samples.empty()) return invalid("the training split of the data is empty");
    const auto* annotated = dynamic_cast<const AnnotatedDataset*>(train.get());
    Task own = annotated != nullptr ? annotated->set().task : task_of(samples[0], *train);
    for (const Sample& sample : samples) {
        if (annotated == nullptr && task_of(sample, *train) == Task::kInstance) own = Task::kInstance;
        info.has_subjects = info.has_subjects || !sample.subject.empty();
    }
    info.tasks = tasks_of(own, found.task);
    look_at_sizes(samples, info);
    if (own == Task::kRegression) GOETIA_TRY(look_at_values(*train, info));
    return info;
}

}  // namespace goetia::cli
