#include "datasets/synthetic/scene_set.h"

#include "base/files.h"
#include "base/parallel.h"
#include "datasets/synthetic/coco_text.h"
#include "datasets/synthetic/making.h"
#include "datasets/synthetic/outlines.h"
#include "datasets/synthetic/scene.h"
#include "imaging/decode/encode.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr int kJpegQuality = 92;

struct Picture {
    const char* split;
    std::string stem;  // "000000000001"
    std::int64_t first = 0;
    std::vector<Instance> instances;  // when it is drawn
};

class SceneSet {
  public:
    SceneSet(Task task, const ShapesPlan& plan)
        : task_(task), plan_(plan), kinds_(sorted_kinds(task == Task::kSemantic ? plan.classes - 1 : plan.classes)) {
        const auto count = static_cast<std::int64_t>(kinds_.size());
        for (std::int64_t i = 0; i < plan.images; ++i)
            pictures_.push_back(
                {is_val_turn(i / count) ? "val" : "train", fmt::format("{:012}", i + 1), i % count, {}});
    }

    Status draw(std::size_t index, const fs::path& folder) {
        Picture& picture = pictures_[index];
        Random random({.seed = plan_.seed, .sample = index, .purpose = purpose("synthetic.scene")});
        const Scene scene = draw_scene({.kinds = kinds_, .size = plan_.size, .first = picture.first}, random);
        GOETIA_ASSIGN(const std::string bytes,
                      plan_.png ? encode_png(scene.image) : encode_jpeg(scene.image, kJpegQuality));
        GOETIA_TRY(write_plain(folder / "images" / picture.split / file_name(picture), bytes));
        if (task_ != Task::kSemantic) {
            picture.instances = annotate(scene, task_ == Task::kInstance);
            return {};
        }
        GOETIA_ASSIGN(const std::string mask, encode_png(class_mask(scene)));
        return write_plain(folder / "masks" / picture.split / (picture.stem + ".png"), mask);
    }

    [[nodiscard]] Status write_annotations(const fs::path& folder) const {
        if (task_ == Task::kSemantic) {
            std::string lines = "background\n";
            for (const std::string& name : class_names()) lines += name + "\n";
            return write_plain(folder / "classes.txt", lines);
        }
        for (const std::string split : {"train", "val"})
            GOETIA_TRY(write_plain(folder / "annotations" / fmt::format("instances_{}.json", split),
                                   coco_text(annotated(split))));
        return {};
    }

    [[nodiscard]] ShapesMade counts() const {
        ShapesMade made;
        for (const Picture& picture : pictures_) ++(picture.split == std::string_view("val") ? made.val : made.train);
        return made;
    }

  private:
    [[nodiscard]] std::string file_name(const Picture& picture) const {
        return picture.stem + (plan_.png ? ".png" : ".jpg");
    }

    [[nodiscard]] std::vector<std::string> class_names() const {
        std::vector<std::string> names;
        for (const std::size_t kind : kinds_) names.emplace_back(shape_names()[kind]);
        return names;
    }

    [[nodiscard]] AnnotatedSet annotated(std::string_view split) const {
        AnnotatedSet set{.task = task_, .classes = class_names()};
        for (const Picture& picture : pictures_) {
            if (picture.split != split) continue;
            set.images.push_back({.name = file_name(picture),
                                  .width = plan_.size,
                                  .height = plan_.size,
                                  .instances = picture.instances});
        }
        return set;
    }

    Task task_;
    const ShapesPlan& plan_;
    std::vector<std::size_t> kinds_;
    std::vector<Picture> pictures_;
};

}  // namespace

Result<ShapesMade> make_scenes(Task task, const ShapesPlan& plan, const fs::path& output,
                               const std::function<void(std::int64_t, std::int64_t)>& told, const StopToken& stop) {
    const bool semantic = task == Task::kSemantic;
    GOETIA_TRY(check_plan(plan, semantic ? plan.classes - 1 : plan.classes));
    SceneSet set(task, plan);
    GOETIA_TRY(make_whole(output, [&](const fs::path& beside) -> Status {
        for (const char* split : {"train", "val"}) {
            GOETIA_TRY(make_folders(beside / "images" / split));
            if (semantic) GOETIA_TRY(make_folders(beside / "masks" / split));
        }
        if (!semantic) GOETIA_TRY(make_folders(beside / "annotations"));
        GOETIA_TRY(for_each_number(plan.images, {plan.threads, told, stop},
                                   [&](std::int64_t i) { return set.draw(static_cast<std::size_t>(i), beside); }));
        return set.write_annotations(beside);
    }));
    return set.counts();
}

}  // namespace goetia
