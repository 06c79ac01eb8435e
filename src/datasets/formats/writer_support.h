// Helpers shared by the writers: image names, file transfer, checks and class lists.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "datasets/formats/writer.h"

namespace goetia {

// Requirements of a format on image names.
struct NamingRules {
    bool own_stems = false;  // label files are named after the stem, so it must be unique
    bool on_lines = false;   // names are lines of a text file: no line breaks, no surrounding blanks
    // The path for an image of that name; by default the set's own name.
    std::function<std::filesystem::path(const AnnotatedImage& image, const std::filesystem::path& name)> place = {};
    // Whether an earlier split uses the name, if all splits share one folder.
    std::function<bool(const std::filesystem::path& name)> taken = {};
};

struct ImageNames {
    std::vector<std::string> names;  // per image, relative to the new folder
    std::int64_t renamed = 0;        // those that could not keep theirs
};

// A unique name for each image: its path relative to its root if the format allows it, else with a number appended.
ImageNames image_names(const AnnotatedSet& set, const NamingRules& naming);

// "a/b" of "a/b.jpg": the part of the name that an image shares with its label file.
std::string stem_of(const std::string& name);

// Copies or links one file, creating its folder. Falls back to copying if the file system cannot link.
Status transfer_file(const std::filesystem::path& from, const std::filesystem::path& to, FileTransfer transfer);

// Transfers all images to `folder`/name as planned. Does nothing for FileTransfer::kNone.
Status transfer_images(const AnnotatedSet& set, const std::vector<std::string>& names,
                       const std::filesystem::path& folder, const WritePlan& plan);

// Refuse a set for another task, and leaving images in place if the format cannot do that.
Status check_task(const AnnotatedSet& set, std::initializer_list<Task> tasks, std::string_view format);
Status check_transfer(const WritePlan& plan, std::string_view format);

// The class list, one per line. Refused if it would be read back as different classes.
Result<std::string> class_list(const AnnotatedSet& set, std::string_view format);

// kCancelled once a stop was requested.
Status check_stop(const WritePlan& plan);

// Refused if the file exists: a split is never written over another.
Status write_new_file(const std::filesystem::path& file, std::string_view text);

// Width and height as annotated, else from the image file.
Result<std::pair<int, int>> size_of(const AnnotatedSet& set, const AnnotatedImage& image);

}  // namespace goetia
