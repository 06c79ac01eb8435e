#include "datasets/facts.h"

#include <array>

namespace goetia {

Result<DatasetFacts> dataset_facts(const Dataset& dataset) {
    DatasetFacts facts;
    facts.samples = dataset.size();
    facts.per_class.resize(dataset.classes().size());
    for (std::int64_t i = 0; i < facts.samples; ++i) {
        GOETIA_ASSIGN(const Brief one, dataset.brief(i));
        if (one.label < 0) ++facts.unlabelled;
        else if (one.label < static_cast<std::int64_t>(facts.per_class.size()))
            ++facts.per_class[static_cast<std::size_t>(one.label)];
        if (!one.subject.empty()) facts.subject_names.insert(one.subject);
    }
    facts.subjects = static_cast<std::int64_t>(facts.subject_names.size());
    return facts;
}

Result<Json> split_record(const Json& section, const Dataset* train, const Dataset* val, const Dataset* test) {
    Json record = Json::object(), classes = Json::object();
    std::int64_t samples = 0, named = 0;
    std::set<std::string> everybody;
    const std::array sets{train, val, test};
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const std::string split(split_name(static_cast<Split>(i)));
        DatasetFacts facts;
        if (sets.at(i) != nullptr) {
            GOETIA_ASSIGN(facts, dataset_facts(*sets.at(i)));
        }
        samples += facts.samples;
        named += facts.subjects;
        everybody.insert(facts.subject_names.begin(), facts.subject_names.end());
        record[split + "_samples"] = facts.samples;
        record[split + "_subjects"] = facts.subjects == 0 ? Json(nullptr) : Json(facts.subjects);
        if (sets.at(i) == nullptr) continue;
        if (!sets.at(i)->left_out().empty()) record["left_out"][split] = sets.at(i)->left_out();
        for (std::size_t c = 0; c < facts.per_class.size(); ++c)
            classes[split][sets.at(i)->classes()[c]] = facts.per_class[c];
    }
    record["total_samples"] = samples;
    record["total_subjects"] = everybody.empty() ? Json(nullptr) : Json(everybody.size());
    record["samples_per_class"] = classes.empty() ? Json(nullptr) : classes;
    const Json how = section.is_object() && section.contains("split") ? section["split"] : Json(nullptr);
    const std::string method = how.is_object() && how.contains("type") ? how["type"].get<std::string>() : "given";
    record["split_method"] = method == "subject" ? "by_subject_id" : method;
    record["data_leakage_prevention"] =
        everybody.empty() ? Json(nullptr) : Json(named == static_cast<std::int64_t>(everybody.size()));
    return record;
}

}  // namespace goetia
