// A division written down as files that a data set section can name, so that it can be looked at, shared and kept.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "datasets/annotated_set.h"

namespace goetia {

// File name -> text, in the form that suits the set:
// one COCO file: <split>.json, each image and annotation as it was written;
// a classification without subjects: meta/<split>.txt of 'path label' lines and meta/classes.txt;
// a table, and numbers or subjects: splits.csv with image, label or targets, subject and split;
// VOC and SemanticMasks: <split>.txt with each picture's name without extension, as these formats list them;
// anything else: <split>.txt with the whole path of each picture.
// `splits` has one entry for each image of `set`; `format` is the one that reads the set.
Result<std::map<std::string, std::string>> split_files(const AnnotatedSet& set, const std::string& format,
                                                       const std::vector<Split>& splits);

// The COCO document, with or without a byte-order mark, with only those images (by id, as it writes them) and their
// annotations.
Result<std::string> part_of_coco(const std::string& document, const std::vector<std::string>& ids);

// How many images of each class and how many subjects each split got; "subjects_in_two" is 0 where none leaks.
Json split_counts(const AnnotatedSet& set, const std::vector<Split>& splits);

}  // namespace goetia
