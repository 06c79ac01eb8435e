// The formats that can be written, one line each. The file of a writer defines write_<format>().
#include "datasets/formats/writer.h"

namespace goetia {

Result<LostCounts> write_coco(const AnnotatedSet& set, const WritePlan& plan);
Result<LostCounts> write_image_folder(const AnnotatedSet& set, const WritePlan& plan);
Result<LostCounts> write_semantic_masks(const AnnotatedSet& set, const WritePlan& plan);
Result<LostCounts> write_table(const AnnotatedSet& set, const WritePlan& plan);
Result<LostCounts> write_voc(const AnnotatedSet& set, const WritePlan& plan);
Result<LostCounts> write_yolo(const AnnotatedSet& set, const WritePlan& plan);

const std::map<std::string, SetWriter>& builtin_writers() {
    static const std::map<std::string, SetWriter> kWriters{
        {"COCO", write_coco},
        {"ImageFolder", write_image_folder},
        {"SemanticMasks", write_semantic_masks},
        {"Table", write_table},
        {"VOC", write_voc},
        {"YOLO", write_yolo},
    };
    return kWriters;
}

}  // namespace goetia
