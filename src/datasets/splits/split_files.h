// Writes a division as files that a dataset section can refer to, so that it can be inspected, shared and kept.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "datasets/annotated_set.h"

namespace goetia {

// File name -> text, in the format that suits the set:
// one COCO file: <split>.json, with images and annotations verbatim;
// a classification without subjects: meta/<split>.txt of 'path label' lines and meta/classes.txt;
// a table, or a set with numbers or subjects: splits.csv with image, label or targets, subject and split;
// VOC and SemanticMasks: <split>.txt with image names without extension, as these formats list them;
// anything else: <split>.txt with the full path of each image.
// `splits` has one entry for each image of `set`; `format` is the format of the set.
Result<std::map<std::string, std::string>> split_files(const AnnotatedSet& set, const std::string& format,
                                                       const std::vector<Split>& splits);

// The `dataset` section that reads `set` by those files, named as there. `section` read it undivided; its data_root is
// kept. Null: lists of full paths, for a format that takes none.
Json split_section(const Json& section, const AnnotatedSet& set, const std::map<std::string, std::string>& files);

// The COCO document, with or without a byte-order mark, reduced to the images with these ids (as written there) and
// their annotations.
Result<std::string> part_of_coco(const std::string& document, const std::vector<std::string>& ids);

// Images, classes and subjects per split; "subjects_in_two" is 0 if no subject is in two splits.
Json split_counts(const AnnotatedSet& set, const std::vector<Split>& splits);

}  // namespace goetia
