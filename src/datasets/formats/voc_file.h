// A VOC annotation file: one picture's XML.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/annotated_set.h"
#include "datasets/validation/finding.h"

namespace goetia {

// An object of which something is told already: its class may be unknown as well, and its shape faulty.
struct VocRefused {
    std::string name;
    int line = 0;
    std::optional<Instance> shape;  // nothing where its box is what was told, or is not known
};

struct VocFile {
    std::string filename;            // as the file names the picture; empty when it does not
    int width = 0, height = 0;       // 0 when not said
    std::vector<Instance> objects;   // labels are left to whoever knows the classes
    std::vector<std::string> names;  // of the objects, in the same order
    std::vector<int> lines;          // of the objects
    std::vector<VocRefused> refused;
    std::map<std::string, int> unread;  // children of objects that this reader does not know, with their count
    std::vector<Finding> findings;
};

// `one_based`: the first pixel is 1 and the last one belongs to the box, as VOC counts; else the numbers are corners.
VocFile parse_voc(std::string_view xml, const std::string& name, bool one_based);

}  // namespace goetia
