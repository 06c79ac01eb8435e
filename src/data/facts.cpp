#include "data/facts.h"

#include <set>

namespace goetia {

Result<DatasetFacts> dataset_facts(const Dataset& dataset) {
    DatasetFacts facts;
    facts.samples = dataset.size();
    facts.per_class.resize(dataset.classes().size());
    std::set<std::string> subjects;
    for (std::int64_t i = 0; i < facts.samples; ++i) {
        GOETIA_ASSIGN(const Sample sample, dataset.sample(i));
        if (sample.label < 0) ++facts.unlabelled;
        else if (sample.label < static_cast<std::int64_t>(facts.per_class.size()))
            ++facts.per_class[static_cast<std::size_t>(sample.label)];
        if (!sample.subject.empty()) subjects.insert(sample.subject);
    }
    facts.subjects = static_cast<std::int64_t>(subjects.size());
    return facts;
}

}  // namespace goetia
