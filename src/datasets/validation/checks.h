// Checks of the annotations of a set. None of them opens an image, so training runs them too. One file per check, one
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

// Runs all of them. Faults that only a format can have (syntax, numbering, annotations of unlisted images) are reported
// by its reader instead.
Findings check_annotations(const AnnotatedSet& set);

// The check for class indices out of range, for sets whose indices are about to change.
void check_classes(const AnnotatedSet& set, Findings& findings);

// Finding::instance of a further finding about an object that the reader has already rejected (with image -1): the
// object is skipped and counted once.
constexpr std::int64_t kSameObject = -2;

// Checks box, outline, key points and runs of an object that its reader rejected for another reason. `image` may lack a
// name; `file` is the file of the object.
Findings check_geometry(const AnnotatedImage& image, const Instance& instance, const std::string& file);

// The findings of the reader and of the checks for a split. If no classes are known, the reader has reported why, for
// this split or (`reported_elsewhere`) for another split of the same file; it is not repeated for each object.
Findings findings_of(const AnnotatedSet& set, Findings reader_findings, bool reported_elsewhere = false);

// Fails if there are faults: one error with `sentence` that lists all of them.
Status refuse_faults(const Findings& findings, const std::string& sentence);

// The location of findings about a whole set: its only annotation file, else its first root.
std::string set_location(const AnnotatedSet& set);

// A finding about an image: located at its annotation file and line, or at the image file if the format has no
// annotation file.
Finding finding_at(const AnnotatedSet& set, const AnnotatedImage& image, FindingKind kind);

// The same for one of its objects.
Finding finding_at(const AnnotatedSet& set, const AnnotatedImage& image, const Instance& instance, FindingKind kind);

// How messages refer to an object: "annotation 17 of 'a.jpg'"; without an id "the annotation of 'a.jpg' in line 3" or
// "annotation 2 (counted from 1) of 'a.jpg'".
std::string annotation_text(const AnnotatedImage& image, const Instance& instance);

// The id of an object in reports: its own, else "a.jpg:3" by line, else "a.jpg#2".
std::string annotation_id(const AnnotatedImage& image, const Instance& instance);

}  // namespace goetia
