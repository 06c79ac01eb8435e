#include "datasets/synthetic/scene_set.h"

#include "base/files.h"
#include "base/parallel.h"
#include "datasets/synthetic/coco_text.h"
#include "datasets/synthetic/common.h"
#include "datasets/synthetic/scene.h"
#include "datasets/synthetic/shape_distance.h"
#include "imaging/decode/encode.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

struct SceneSpec {
    const char* split;
    std::string stem;  // "000000000001"
    std::int64_t first = 0;
    std::vector<Instance> instances;  // once it is drawn
};

class SceneSet {
  public:
    SceneSet(Task task, const ShapesPlan& plan)
        : task_(task), plan_(plan), kinds_(sorted_kinds(task == Task::kSemantic ? plan.classes - 1 : plan.classes)) {
        const auto count = static_cast<std::int64_t>(kinds_.size());
        for (std::int64_t i = 0; i < plan.images; ++i)
            specs_.push_back({is_val_turn(i / count) ? "val" : "train", fmt::format("{:012}", i + 1), i % count, {}});
    }

    Status draw(std::size_t index, const fs::path& folder) {
        SceneSpec& spec = specs_[index];
        Random random({.seed = plan_.seed, .sample = index, .purpose = purpose("synthetic.scene")});
        const Scene scene = draw_scene({.kinds = kinds_, .size = plan_.size, .first = spec.first}, random);
        GOETIA_ASSIGN(const std::string bytes,
                      plan_.png ? encode_png(scene.image) : encode_jpeg(scene.image, kJpegQuality));
        GOETIA_TRY(write_plain(folder / "images" / spec.split / file_name(spec), bytes));
        if (task_ != Task::kSemantic) {
            spec.instances = annotate(scene, task_ == Task::kInstance);
            return {};
        }
        GOETIA_ASSIGN(const std::string mask, encode_png(class_mask(scene)));
        return write_plain(folder / "masks" / spec.split / (spec.stem + ".png"), mask);
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

    [[nodiscard]] SplitSizes counts() const {
        SplitSizes sizes;
        for (const SceneSpec& spec : specs_) ++(spec.split == std::string_view("val") ? sizes.val : sizes.train);
        return sizes;
    }

  private:
    [[nodiscard]] std::string file_name(const SceneSpec& spec) const {
        return spec.stem + (plan_.png ? ".png" : ".jpg");
    }

    [[nodiscard]] std::vector<std::string> class_names() const {
        std::vector<std::string> names;
        for (const std::size_t kind : kinds_) names.emplace_back(shape_names()[kind]);
        return names;
    }

    [[nodiscard]] AnnotatedSet annotated(std::string_view split) const {
        AnnotatedSet set{.task = task_, .classes = class_names()};
        for (const SceneSpec& spec : specs_) {
            if (spec.split != split) continue;
            set.images.push_back(
                {.name = file_name(spec), .width = plan_.size, .height = plan_.size, .instances = spec.instances});
        }
        return set;
    }

    Task task_;
    const ShapesPlan& plan_;
    std::vector<std::size_t> kinds_;
    std::vector<SceneSpec> specs_;
};

}  // namespace

Result<SplitSizes> make_scenes(Task task, const ShapesPlan& plan, const fs::path& output,
                               const std::function<void(std::int64_t, std::int64_t)>& on_progress,
                               const StopToken& stop) {
    const bool semantic = task == Task::kSemantic;
    GOETIA_TRY(check_plan(plan, semantic ? plan.classes - 1 : plan.classes));
    SceneSet set(task, plan);
    GOETIA_TRY(make_folder_atomically(output, [&](const fs::path& staging) -> Status {
        for (const char* split : {"train", "val"}) {
            GOETIA_TRY(make_folders(staging / "images" / split));
            if (semantic) GOETIA_TRY(make_folders(staging / "masks" / split));
        }
        if (!semantic) GOETIA_TRY(make_folders(staging / "annotations"));
        GOETIA_TRY(parallel_for(plan.images, {plan.threads, on_progress, stop},
                                [&](std::int64_t i) { return set.draw(static_cast<std::size_t>(i), staging); }));
        return set.write_annotations(staging);
    }));
    return set.counts();
}

}  // namespace goetia
