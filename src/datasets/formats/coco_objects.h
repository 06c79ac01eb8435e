// Adds the annotations of a COCO file to their images; for an annotation that cannot be used, everything wrong with it
// is reported.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "datasets/formats/coco_annotation.h"
#include "datasets/formats/coco_file.h"

namespace goetia {

// Ids of images and categories. If a list has faults, ids may be missing; that is reported for the list and not
// repeated for each annotation.
struct CocoIds {
    std::unordered_map<std::int64_t, std::uint32_t> images;  // indices into CocoFile::images
    std::unordered_map<std::int64_t, std::int64_t> classes;  // as labels
    bool images_complete = false, classes_complete = false;
};

class CocoObjects {
  public:
    // All three must outlive this object; ids may still be added.
    CocoObjects(const CocoIds& ids, const std::string& name, CocoFile& out) : ids_(ids), name_(name), out_(out) {}

    void add(CocoAnnotation one);

  private:
    void refuse(const CocoAnnotation& one, FindingKind kind, std::string_view found, std::string fix);
    std::optional<std::uint32_t> image_of(const CocoAnnotation& one);
    std::optional<std::int64_t> label_of(const CocoAnnotation& one);
    void report_geometry(const AnnotatedImage& image, const Instance& instance);
    [[nodiscard]] bool refused() const { return out_.findings.size() > before_; }

    const CocoIds& ids_;
    const std::string& name_;
    CocoFile& out_;
    std::size_t before_ = 0;  // number of findings before the current annotation
};

}  // namespace goetia
