#include "base/json.h"
#include "master/api/shapes.h"

namespace goetia {
namespace {

Shape finding_shape() {
    return Shape(Schema("Finding", "What is to be said of a data set")
                     .with(text("code", "In one word"))
                     .with(text("severity", "How bad").one_of({"fault", "warning", "note"}))
                     .with(object("where", "What it is about"))
                     .with(text("found", "In one line"))
                     .with(text("fix", "What to do")))
        .where("where", Schema("FindingPlace", "What a finding is about")
                            .with(text("file", "In the set's folder").or_null())
                            .with(integer("line", "Of the file").or_null())
                            .with(text("id", "Of an annotation or image").or_null()));
}

Shape counts_shape() {
    return Shape(Schema("DataSetCounts", "How many")
                     .with(integer("images", "Of all splits"))
                     .with(integer("annotations", "Of all splits"))
                     .with(integer("classes", "Of the set"))
                     .with(object("splits", "By name")))
        .where("splits", map_of(Schema("SplitCounts", "How many of a split")
                                    .with(integer("images", "All"))
                                    .with(integer("annotations", "All"))
                                    .with(integer("subjects", "Whom or what they show"))));
}

// Of each kind of job some of them.
Shape job_result_shape() {
    return Shape(Schema("DataSetJobResult", "What a job found; which members, its kind says")
                     .with(boolean("ok", "validate: no faults").or_null())
                     .with(object("counts", "validate").or_null())
                     .with(anything("faults", "validate: everything found, warnings and notes too").or_null())
                     .with(object("statistics", "validate: by split").or_null())
                     .with(object("certificates", "validate: by split").or_null())
                     .with(text("fingerprint", "validate, certificate").or_null())
                     .with(object("splits", "certificate: what each is certified as; mini: images of each").or_null())
                     .with(integer("bytes", "preview").or_null())
                     .with(text("sha256", "preview: of the image").or_null())
                     .with(text("format", "mini").or_null())
                     .with(text("dataset", "mini: the id under which it is registered").or_null())
                     .with(text("name", "mini: the name under which it is registered").or_null()))
        .where("counts", counts_shape())
        .where("faults", list_of(finding_shape()))
        .where("statistics", map_of(Shape(ParamType::kObject)))
        .where("certificates", map_of(Shape(ParamType::kObject)))
        .where("splits", map_of(Shape(ParamType::kAny)));
}

Shape data_set_facts_shape() {
    return Schema("DataSetFacts", "What a data set holds")
        .with(text("task", "What can be trained on it"))
        .with(texts("classes", "In the order of their numbers"))
        .with(integer("train", "Images; null: no such split").or_null())
        .with(integer("val", "Images; null: no such split").or_null())
        .with(integer("test", "Images; null: no such split").or_null());
}

Shape object_shape() {
    return Shape(Schema("MarkedObject", "An object in an image")
                     .with(integer("label", "The number of its class"))
                     .with(text("class", "The name of its class").or_null())
                     .with(numbers("box", "[left, top, right, bottom]; all 0: it has none"))
                     .with(anything("polygons", "Each [x, y, x, y ...]"))
                     .with(anything("key_points", "In their order"))
                     .with(object("mask", "Instead of polygons").or_null())
                     .with(boolean("crowd", "It stands for several"))
                     .with(boolean("difficult", "It is hard to see")))
        .where("polygons", list_of(Shape(ParamType::kFloatList)))
        .where("key_points", list_of(Schema("MarkedPoint", "A key point")
                                         .with(number("x", "Pixels"))
                                         .with(number("y", "Pixels"))
                                         .with(integer("visible", "0: not marked, 1: hidden, 2: visible"))))
        .where("mask", Schema("Runs", "As COCO has them: runs of outside and inside pixels, down the columns")
                           .with(integer("width", "Pixels"))
                           .with(integer("height", "Pixels"))
                           .with(integers("counts", "The first run is outside")));
}

}  // namespace

Shape data_set_shape() {
    return Shape(Schema("DataSet", "A data set where it lies, and what is known of it")
                     .with(text("id", "Which one"))
                     .with(text("name", "As people and tasks name it"))
                     .with(text("owner", "The id of the user who registered it"))
                     .with(text("owner_name", "And the name, as it was then"))
                     .with(text("node", "The id of the node where it lies; null: the master").or_null())
                     .with(text("path", "Its folder there"))
                     .with(text("format", "The data set component that reads it"))
                     .with(boolean("verified", "Whether it was looked at"))
                     .with(text("note", "Why not"))
                     .with(object("facts", "What it holds; null: it was not looked at").or_null())
                     .with(text("fingerprint", "Of a job `certificate`").or_null())
                     .with(number("created_at", "Seconds since 1970"))
                     .with(number("updated_at", "Seconds since 1970"))
                     .with(text("etag", "Changes with it")))
        .where("facts", data_set_facts_shape());
}

Shape looked_set_shape() {
    return Shape(Schema("LookedSet", "What a folder holds")
                     .with(text("path", "Its folder, without links"))
                     .with(text("format", "The data set component that reads it"))
                     .with(object("facts", "What it holds")))
        .where("facts", data_set_facts_shape());
}

Shape sample_shape() {
    return Shape(
               Schema("Sample", "An image with its labels, in pixels of the upright image")
                   .with(integer("index", "In its split; names its image"))
                   .with(text("name", "Of the file"))
                   .with(integer("width", "0: not known"))
                   .with(integer("height", "0: not known"))
                   .with(integer("label", "The number of its class").or_null())
                   .with(text("class", "The name of its class").or_null())
                   .with(text("subject", "Whom or what it shows").or_null())
                   .with(numbers("values", "Of regression; of multilabel 0 or 1 for each class"))
                   .with(anything("objects", "What is marked in it"))
                   .with(boolean("has_class_map", "It has a class for each pixel"))
                   .with(boolean("is_shown", "Its image can be asked for; others lie outside of the folders of data")))
        .where("objects", list_of(object_shape()));
}

Shape augmented_shape() {
    return Shape(Schema("Augmented", "Images as JPEG in base64")
                     .with(text("image", "The name of the sample that the steps are shown of"))
                     .with(texts("steps",
                                 "After each step; empty: it failed, one before it did, or the pixels have "
                                 "become the numbers that a model takes"))
                     .with(object("step_faults", "By the number of the step, from 0"))
                     .with(texts("samples",
                                 "After the last step that leaves pixels, 128 on the longer side, with the "
                                 "labels drawn; empty: it failed"))
                     .with(texts("notes", "What is not shown")))
        .where("step_faults", map_of(Shape(ParamType::kString)));
}

Shape data_set_job_shape() {
    return Shape(Schema("DataSetJob", "A check of a data set")
                     .with(text("id", "Its kind: a data set has one of each"))
                     .with(text("dataset", "The id of the data set"))
                     .with(text("kind", "What").one_of({"validate", "certificate", "preview", "mini"}))
                     .with(text("state", "How far").one_of({"queued", "running", "completed", "failed"}))
                     .with(integer("done", "Files so far"))
                     .with(integer("all", "Files in all").or_null())
                     .with(text("by", "Who asked for it"))
                     .with(number("created_at", "Seconds since 1970"))
                     .with(number("finished_at", "Seconds since 1970").or_null())
                     .with(object("result", "What was found").or_null())
                     .with(object("error", "How it failed").or_null()))
        .where("result", job_result_shape())
        .where("error", Shape(Schema("DataSetJobError", "How a job failed")
                                  .with(text("code", "In one word"))
                                  .with(text("message", "In one line"))
                                  .with(anything("faults", "All of them")))
                            .where("faults", list_of(Shape(ParamType::kObject))));
}

}  // namespace goetia
