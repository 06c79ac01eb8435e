// Merges annotated sets into one: classes are matched by name, images keep their roots and know their source.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "datasets/formats/reader.h"

namespace goetia {

// Class names of a source, each with its name in the merged set; nullopt drops the class.
using ClassMap = std::map<std::string, std::optional<std::string>>;

class SetMerger {
  public:
    // Without `classes`, the list is built from the sources' names in order of appearance.
    explicit SetMerger(std::vector<std::string> classes) : fixed_(!classes.empty()) {
        read_.set.classes = std::move(classes);
    }

    // Combines boxes and outlines; refuses a source for another task, and class names missing from the source or the
    // list. What a map drops is reported as a note, and so are extra fields of classes and of the set on which the
    // sources differ: only those on which all agree are kept.
    Status add(const DataSource& source, const ClassMap& map, ReadSet own);

    ReadSet merged() &&;

  private:
    // The merged class index of each class of the source; -1 if dropped.
    Result<std::vector<std::int64_t>> numbers(const DataSource& source, const ClassMap& map,
                                              const std::vector<std::string>& classes);
    Status check_task(const DataSource& source, const AnnotatedSet& set);
    void note_left_out(const DataSource& source, const std::vector<std::int64_t>& numbers, const AnnotatedSet& set);
    void report_unknown_classes(ReadSet& own) const;
    void take_extra_fields(const DataSource& source, const std::vector<std::int64_t>& numbers, const AnnotatedSet& set);
    void take_images(const std::vector<std::int64_t>& numbers, AnnotatedSet set);

    // Extra COCO fields of a class or of the set, as long as the sources agree.
    struct ExtraFields {
        std::string text;
        bool differs = false;

        bool add(const std::string& fields);  // whether it differs from earlier sources
    };

    bool fixed_;
    ReadSet read_;
    ExtraFields of_set_;
    std::vector<ExtraFields> of_classes_;
};

}  // namespace goetia
