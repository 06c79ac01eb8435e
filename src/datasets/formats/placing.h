// Bringing a set's pictures to where another format wants them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "datasets/formats/writer.h"

namespace goetia {

// What a format asks of its pictures' names.
struct Naming {
    bool own_stems = false;  // label files are called by the stem, so no two pictures may share one
    bool on_lines = false;   // they stand on lines of a text: no line breaks, no blanks at the ends
    // Below which folder a picture of that name goes; the set's own name for it unless said.
    std::function<std::filesystem::path(const AnnotatedImage& image, const std::filesystem::path& name)> place = {};
    // Whether an earlier split has it, where all splits share one folder.
    std::function<bool(const std::filesystem::path& name)> taken = {};
};

struct PictureNames {
    std::vector<std::string> names;  // of the set's images, below their new folder
    std::int64_t renamed = 0;        // those that could not keep theirs
};

// A name of its own for each picture: the one it has below its root where the format allows it, else with a number.
PictureNames picture_names(const AnnotatedSet& set, const Naming& naming);

// "a/b" of "a/b.jpg": what a picture shares with its label file.
std::string stem_of(const std::string& name);

// Copies or links one file; makes its folder. Linking falls back to copying where the file system cannot.
Status place_file(const std::filesystem::path& from, const std::filesystem::path& to, Placing placing);

// All pictures as `folder`/name, as the plan says. Nothing for Placing::kNone.
Status place_pictures(const AnnotatedSet& set, const std::vector<std::string>& names,
                      const std::filesystem::path& folder, const WritePlan& plan);

// Refused: a set of another task, and a place of pictures that the format cannot do without.
Status check_task(const AnnotatedSet& set, std::initializer_list<Task> tasks, std::string_view format);
Status check_placed(const WritePlan& plan, std::string_view format);

// The list of classes, one to a line. Refused when it would be read as other classes.
Result<std::string> class_list(const AnnotatedSet& set, std::string_view format);

// kCancelled once the user asked to stop.
Status go_on(const WritePlan& plan);

// Refused when it is there already: a split is never written over another.
Status write_new_file(const std::filesystem::path& file, std::string_view text);

// Width and height as annotated; else as the picture has them.
Result<std::pair<int, int>> size_of(const AnnotatedSet& set, const AnnotatedImage& image);

}  // namespace goetia
