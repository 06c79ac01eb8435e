// The checks of what a set's annotations say: none opens a picture, so training runs them too. One file for each, one
// line in checks.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/annotated_set.h"
#include "datasets/validation/finding.h"

namespace goetia {

using Findings = std::vector<Finding>;

struct AnnotationCheck {
    std::string_view name;
    void (*run)(const AnnotatedSet& set, Findings& findings);
};

std::span<const AnnotationCheck> annotation_checks();

// All of them. What a format alone can say wrong (syntax, numbering, annotations of images it does not list) is told by
// its reader instead.
Findings check_annotations(const AnnotatedSet& set);

// The one of them about class numbers beyond the list: for a set whose numbers are about to change.
void check_classes(const AnnotatedSet& set, Findings& findings);

// Finding::instance, beside no image, of what more is told of an object that the reader could not take: it is left out
// and counted once.
constexpr std::int64_t kSameObject = -2;

// What is wrong with box, outline, key points and runs of an object that is not taken into its set: something else is
// told of it already. `image` may lack a name; `file` says where the object stands.
Findings check_shape(const AnnotatedImage& image, const Instance& instance, const std::string& file);

// What a reader and the checks say of a split. Why no class is known is told by the reader alone, of this split or
// (`told_elsewhere`) of another of the same file, and not again for each object.
Findings findings_of(const AnnotatedSet& set, Findings told_by_reader, bool told_elsewhere = false);

// Refused when there is a fault: all of them at once, under that sentence.
Status refuse_faults(const Findings& findings, const std::string& sentence);

// Where something about the whole of a set is told: its one annotation file, else its first folder.
std::string whole_place(const AnnotatedSet& set);

// A finding about an image or what is marked in it: the annotation file and line, or the picture where the format has
// no annotation file.
Finding finding_at(const AnnotatedSet& set, const AnnotatedImage& image, FindingKind kind);

// The same about one of its objects.
Finding finding_at(const AnnotatedSet& set, const AnnotatedImage& image, const Instance& instance, FindingKind kind);

// "annotation 17 of 'a.jpg'"; where annotations have no numbers "the annotation of 'a.jpg' in line 3", or "annotation 2
// (counted from 1) of 'a.jpg'".
std::string annotation_text(const AnnotatedImage& image, const Instance& instance);

// The id that a report gives: the annotation's own, else "a.jpg:3" by its line, else "a.jpg#2".
std::string annotation_id(const AnnotatedImage& image, const Instance& instance);

}  // namespace goetia
