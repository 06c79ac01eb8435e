// Class names: from a classes.txt with one name per line, or from the names of the class folders.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "component/args.h"
#include "datasets/validation/finding.h"

namespace goetia {

// The lines of a classes file; a missing file, duplicate names and empty lines become findings.
std::vector<std::string> read_classes(const std::filesystem::path& file, std::vector<Finding>& findings);
std::vector<std::string> parse_classes(std::string_view text, const std::string& file, std::vector<Finding>& findings);

// The configured classes_file, relative to one of `folders` or to the working directory; else the first of `folders`
// that contains meta/classes.txt, classes.txt or labels.txt.
std::optional<std::filesystem::path> classes_file_of(const Args& args,
                                                     const std::vector<std::filesystem::path>& folders);

// Class index by folder name or table cell: a class is referred to by its full line, or by its synset alone if the line
// begins with one ("n01440764 tench").
std::map<std::string, std::int64_t> numbers_by_name(const std::vector<std::string>& classes);

// Adds a finding if the configured num_classes differs from the number of classes in `where`.
void check_count(std::optional<std::int64_t> num_classes, std::size_t found, const std::string& where,
                 std::vector<Finding>& findings);

// "circle, cross, ring and 17 more".
std::string some_of(const std::vector<std::string>& names);

}  // namespace goetia
