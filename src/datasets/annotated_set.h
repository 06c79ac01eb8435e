// An annotated data set, independent of any format: what readers produce, and what checks, splits and writers take.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "datasets/dataset.h"
#include "imaging/annotation.h"
#include "imaging/task.h"

namespace goetia {

// Where an annotation was read; line 0 for formats without meaningful line numbers.
struct AnnotationLocation {
    static constexpr std::uint32_t kNoFile = UINT32_MAX;
    std::uint32_t file = 0;  // into AnnotatedSet::files
    std::int32_t line = 0;
};

struct AnnotatedImage {
    std::string name;           // file name as annotated, relative to its root
    std::uint32_t root = 0;     // into AnnotatedSet::roots
    std::string id;             // the format's own id; empty if it has none
    int width = 0, height = 0;  // as annotated; 0 if unknown
    std::int64_t label = -1;    // classification; -1 without annotation
    std::vector<Instance> instances;
    std::filesystem::path mask;  // semantic; full path, empty if there is none
    std::vector<double> values;  // one per AnnotatedSet::targets
    std::string subject;         // empty when unknown
    std::uint32_t source = 0;    // into AnnotatedSet::sources, if there are any
    AnnotationLocation location;
    std::string more;  // further COCO members, as in Instance::more
    // Into AnnotatedSet::files: the file of its objects, if it is not location.file.
    std::optional<std::uint32_t> objects_file;
};

struct AnnotatedSet {
    Task task = Task::kClassification;
    std::vector<std::string> classes;
    std::vector<std::int64_t> class_ids;  // the format's own class ids; empty if they count from 0
    std::vector<std::string> class_more;  // further COCO members of each class; empty if there are none
    std::vector<std::string> targets;     // names of the values: of regression, or the classes of multilabel
    std::vector<std::filesystem::path> roots;
    std::vector<std::filesystem::path> files;  // the annotation files
    std::vector<AnnotatedImage> images;
    std::vector<DataSource> sources;               // empty unless the set combines several sources
    std::string more;                              // further top-level COCO members: info, licenses ...
    std::map<std::string, std::int64_t> left_out;  // number of faulty objects skipped, by finding code
    Json default_sampler = {{"type", "shuffle"}};  // sampler used for training unless configured

    [[nodiscard]] std::filesystem::path path(const AnnotatedImage& image) const {
        return roots.at(image.root) / image.name;
    }
};

// The distinct classes of an image or of its objects, sorted.
std::vector<std::int64_t> labels_of(const AnnotatedSet& set, const AnnotatedImage& image);

}  // namespace goetia
