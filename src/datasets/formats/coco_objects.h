// The annotations of a COCO file, taken into the pictures they are of; of one that cannot be taken everything is told
// that is wrong with it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "datasets/formats/coco_annotation.h"
#include "datasets/formats/coco_file.h"

namespace goetia {

// What the numbers in a file mean. Of a list with faults some are missing; that is told where the list is read, and not
// again for each annotation.
struct CocoIds {
    std::unordered_map<std::int64_t, std::uint32_t> images;  // as places in CocoFile::images
    std::unordered_map<std::int64_t, std::int64_t> classes;  // as labels
    bool images_whole = false, classes_whole = false;
};

class CocoObjects {
  public:
    // All three must stay where they are; the numbers may still come.
    CocoObjects(const CocoIds& ids, const std::string& name, CocoFile& out) : ids_(ids), name_(name), out_(out) {}

    void take(CocoAnnotation one);

  private:
    void refuse(const CocoAnnotation& one, FindingKind kind, std::string_view found, std::string fix);
    std::optional<std::uint32_t> image_of(const CocoAnnotation& one);
    std::optional<std::int64_t> label_of(const CocoAnnotation& one);
    void tell_shape(const AnnotatedImage& image, const Instance& instance);
    [[nodiscard]] bool refused() const { return out_.findings.size() > before_; }

    const CocoIds& ids_;
    const std::string& name_;
    CocoFile& out_;
    std::size_t before_ = 0;  // findings, when the present annotation came
};

}  // namespace goetia
