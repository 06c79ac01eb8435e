// Bringing a set's pictures to where another format wants them.
#pragma once

#include <string>
#include <vector>

#include "data/formats/writer.h"

namespace goetia {

// A name for each picture below its new folder: its own where that is below its root, each with a stem of its own (the
// label files of many formats are called by it).
std::vector<std::string> picture_names(const AnnotatedSet& set);

// Copies or links one file; makes its folder. Linking falls back to copying where the file system cannot.
Status place_file(const std::filesystem::path& from, const std::filesystem::path& to, Placing placing);

// All pictures as `folder`/name, as the plan says. Nothing for Placing::kNone.
Status place_pictures(const AnnotatedSet& set, const std::vector<std::string>& names,
                      const std::filesystem::path& folder, const WritePlan& plan);

// Refused: a set of another task, and a place of pictures that the format cannot do without.
Status check_task(const AnnotatedSet& set, std::initializer_list<Task> tasks, std::string_view format);
Status check_placed(const WritePlan& plan, std::string_view format);

// Refused when it is there already: a split is never written over another.
Status write_new_file(const std::filesystem::path& file, std::string_view text);

// Width and height as annotated; else as the picture has them.
Result<std::pair<int, int>> size_of(const AnnotatedSet& set, const AnnotatedImage& image);

}  // namespace goetia
