// The names of the classes: from a classes.txt, one to a line, or from the names of the class folders.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "component/args.h"
#include "datasets/validation/finding.h"

namespace goetia {

// The lines of a classes file; a missing file, doubled names and empty lines become findings.
std::vector<std::string> read_classes(const std::filesystem::path& file, std::vector<Finding>& findings);
std::vector<std::string> parse_classes(std::string_view text, const std::string& file, std::vector<Finding>& findings);

// What classes_file says, below one of `folders` or from where the program runs; else the first of them that holds
// meta/classes.txt, classes.txt or labels.txt.
std::optional<std::filesystem::path> classes_file_of(const Args& args,
                                                     const std::vector<std::filesystem::path>& folders);

// Class number by folder name or cell: a class is called by its whole line, or by its synset alone where the line
// begins with one ("n01440764 tench").
std::map<std::string, std::int64_t> numbers_by_name(const std::vector<std::string>& classes);

// One finding when the document's num_classes says another count than `where` holds.
void check_count(std::optional<std::int64_t> num_classes, std::size_t found, const std::string& where,
                 std::vector<Finding>& findings);

// "circle, cross, ring and 17 more".
std::string some_of(const std::vector<std::string>& names);

}  // namespace goetia
