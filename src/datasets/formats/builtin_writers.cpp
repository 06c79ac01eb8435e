// The formats that can be written: one line each. Each writer's own file defines write_<format>().
#include "datasets/formats/writer.h"

namespace goetia {

Result<Lost> write_coco(const AnnotatedSet& set, const WritePlan& plan);
Result<Lost> write_image_folder(const AnnotatedSet& set, const WritePlan& plan);
Result<Lost> write_semantic_masks(const AnnotatedSet& set, const WritePlan& plan);
Result<Lost> write_table(const AnnotatedSet& set, const WritePlan& plan);
Result<Lost> write_voc(const AnnotatedSet& set, const WritePlan& plan);
Result<Lost> write_yolo(const AnnotatedSet& set, const WritePlan& plan);

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
