#include "datasets/dataset_info.h"

#include <array>

namespace goetia {

Result<DatasetInfo> dataset_info(const Dataset& dataset) {
    DatasetInfo info;
    info.samples = dataset.size();
    info.per_class.resize(dataset.classes().size());
    for (std::int64_t i = 0; i < info.samples; ++i) {
        GOETIA_ASSIGN(const SampleInfo one, dataset.info(i));
        if (one.label < 0) ++info.unlabelled;
        else if (one.label < static_cast<std::int64_t>(info.per_class.size()))
            ++info.per_class[static_cast<std::size_t>(one.label)];
        if (!one.subject.empty()) info.subject_names.insert(one.subject);
    }
    info.subjects = static_cast<std::int64_t>(info.subject_names.size());
    return info;
}

Result<Json> split_record(const Json& section, const Dataset* train, const Dataset* val, const Dataset* test) {
    Json record = Json::object(), classes = Json::object();
    std::int64_t samples = 0, subjects = 0;
    std::set<std::string> all_subjects;
    const std::array sets{train, val, test};
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const std::string split(split_name(static_cast<Split>(i)));
        DatasetInfo info;
        if (sets.at(i) != nullptr) {
            GOETIA_ASSIGN(info, dataset_info(*sets.at(i)));
        }
        samples += info.samples;
        subjects += info.subjects;
        all_subjects.insert(info.subject_names.begin(), info.subject_names.end());
        record[split + "_samples"] = info.samples;
        record[split + "_subjects"] = info.subjects == 0 ? Json(nullptr) : Json(info.subjects);
        if (sets.at(i) == nullptr) continue;
        if (!sets.at(i)->left_out().empty()) record["left_out"][split] = sets.at(i)->left_out();
        for (std::size_t c = 0; c < info.per_class.size(); ++c)
            classes[split][sets.at(i)->classes()[c]] = info.per_class[c];
    }
    record["total_samples"] = samples;
    record["total_subjects"] = all_subjects.empty() ? Json(nullptr) : Json(all_subjects.size());
    record["samples_per_class"] = classes.empty() ? Json(nullptr) : classes;
    const Json split_section = section.is_object() && section.contains("split") ? section["split"] : Json(nullptr);
    const std::string method = split_section.is_object() && split_section.contains("type")
                                   ? split_section["type"].get<std::string>()
                                   : "given";
    record["split_method"] = method == "subject" ? "by_subject_id" : method;
    record["data_leakage_prevention"] =
        all_subjects.empty() ? Json(nullptr) : Json(subjects == static_cast<std::int64_t>(all_subjects.size()));
    return record;
}

}  // namespace goetia
