// The samples of a data set as they are shown: their labels as JSON in pixels of the image, and their images.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

class AnnotatedDataset;
struct OpenedSet;

struct SamplesAsked {
    std::string split = "train";
    std::int64_t from = 0;  // the index of the first
    std::int64_t limit = 24;
    std::string of_class;  // only those that are of this class or show it; empty: all
};

// Whether a file may be shown: annotations may name any.
using MayShow = std::function<bool(const std::filesystem::path& file)>;

// {"items", "total", "next", "split", "splits", "task", "classes", "targets"}.
Result<Json> samples_json(const OpenedSet& set, const SamplesAsked& asked, const MayShow& may_show);

struct PictureAsked {
    std::string split = "train";
    std::int64_t index = 0;
    int width = 320;     // at most, in pixels
    bool drawn = false;  // with its labels
};

// As JPEG. kNotFound: there is no such sample.
Result<std::string> sample_picture(const OpenedSet& set, const PictureAsked& asked, const MayShow& may_show);

}  // namespace goetia
