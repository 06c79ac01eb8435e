// A data set as every format says it in its own way: read from one, checked, split, converted, written as another.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "datasets/dataset.h"
#include "imaging/annotation.h"

namespace goetia {

enum class Task { kClassification, kDetection, kInstance, kSemantic, kRegression };

std::string_view task_name(Task task);

// Where an annotation was read; line 0 where the format has none worth naming.
struct AnnotationPlace {
    static constexpr std::uint32_t kNoFile = UINT32_MAX;
    std::uint32_t file = 0;  // into AnnotatedSet::files
    std::int32_t line = 0;
};

struct AnnotatedImage {
    std::string name;           // as the annotation names it; below its root
    std::uint32_t root = 0;     // into AnnotatedSet::roots
    std::string id;             // in the format's own numbering; empty where it has none
    int width = 0, height = 0;  // as annotated; 0 when not said
    std::int64_t label = -1;    // classification; -1 without annotation
    std::vector<Instance> instances;
    std::filesystem::path mask;  // semantic; whole path, empty when there is none
    std::vector<double> values;  // regression: in the order of AnnotatedSet::targets
    std::string subject;         // empty when unknown
    std::uint32_t source = 0;    // into AnnotatedSet::sources, where there are any
    AnnotationPlace place;
    std::string more;  // what else COCO says of it, as Instance::more
    // Into AnnotatedSet::files: where its objects stand, if not in place.file.
    std::optional<std::uint32_t> objects_file;
};

struct AnnotatedSet {
    Task task = Task::kClassification;
    std::vector<std::string> classes;
    std::vector<std::int64_t> class_ids;  // the format's own numbers of the classes; empty where it counts from 0
    std::vector<std::string> class_more;  // what else COCO says of each class, as Instance::more; empty without any
    std::vector<std::string> targets;     // regression: what the numbers are of
    std::vector<std::filesystem::path> roots;
    std::vector<std::filesystem::path> files;  // the annotation files
    std::vector<AnnotatedImage> images;
    std::vector<DataSource> sources;               // empty unless the set is made of several
    std::string more;                              // what else COCO says of the whole: info, licenses ...
    std::map<std::string, std::int64_t> left_out;  // faulty objects that a run leaves out, by what is wrong with them
    Json usual_sampler = {{"type", "shuffle"}};    // the order of training unless the document names one

    [[nodiscard]] std::filesystem::path path(const AnnotatedImage& image) const {
        return roots.at(image.root) / image.name;
    }
};

}  // namespace goetia
