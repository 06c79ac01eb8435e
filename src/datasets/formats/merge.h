// Several annotated sets as one: their classes by name, their images with their roots, each knowing its source.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "datasets/formats/reader.h"

namespace goetia {

// Names of a source's classes, each with the name it has in the whole; nothing leaves the class out.
using ClassMap = std::map<std::string, std::optional<std::string>>;

class SetMerger {
  public:
    // Without `classes` the sources' own names make the list, in the order they come.
    explicit SetMerger(std::vector<std::string> classes) : fixed_(!classes.empty()) {
        read_.set.classes = std::move(classes);
    }

    // Joins boxes and outlines; refuses a source of another task, and names that its classes or the list do not have.
    // What a map leaves out is told as a note, and what the sources say further of classes and of the whole where they
    // differ: only what all that say it agree on is kept.
    Status add(const DataSource& source, const ClassMap& map, ReadSet own);

    ReadSet merged() &&;

  private:
    // The number in the whole for each of the source's classes; -1 is left out.
    Result<std::vector<std::int64_t>> numbers(const DataSource& source, const ClassMap& map,
                                              const std::vector<std::string>& classes);
    Status check_task(const DataSource& source, const AnnotatedSet& set);
    void note_left_out(const DataSource& source, const std::vector<std::int64_t>& numbers, const AnnotatedSet& set);
    void tell_unnumbered(ReadSet& own) const;
    void take_further(const DataSource& source, const std::vector<std::int64_t>& numbers, const AnnotatedSet& set);
    void take_images(const std::vector<std::int64_t>& numbers, AnnotatedSet set);

    // What COCO says further of a class or of the whole, as far as the sources agree.
    struct Further {
        std::string text;
        bool differs = false;

        bool take(const std::string& said);  // whether it is otherwise than before
    };

    bool fixed_;
    ReadSet read_;
    Further of_whole_;
    std::vector<Further> of_classes_;
};

}  // namespace goetia
