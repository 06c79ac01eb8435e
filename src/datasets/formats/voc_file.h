// A VOC annotation file: the XML of one image.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/annotated_set.h"
#include "datasets/validation/finding.h"

namespace goetia {

// An object with a reported fault: its class may be unknown as well, and its geometry faulty.
struct VocRefused {
    std::string name;
    int line = 0;
    std::optional<Instance> shape;  // empty if the box is missing or is the reported fault
};

struct VocFile {
    std::string filename;            // image name in the file; empty if missing
    int width = 0, height = 0;       // 0 if missing
    std::vector<Instance> objects;   // labels are set by the caller, which knows the classes
    std::vector<std::string> names;  // of the objects, in the same order
    std::vector<int> lines;          // of the objects
    std::vector<VocRefused> refused;
    std::map<std::string, int> unread;  // unknown child tags of objects, with counts
    std::vector<Finding> findings;
};

// `one_based`: the first pixel is 1 and the last one belongs to the box, as in VOC; else the numbers are corners.
VocFile parse_voc(std::string_view xml, const std::string& name, bool one_based);

}  // namespace goetia
