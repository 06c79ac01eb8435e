#include "datasets/synthetic/shapes.h"

#include <algorithm>
#include <vector>

#include "base/files.h"
#include "base/parallel.h"
#include "datasets/synthetic/common.h"
#include "datasets/synthetic/shape_distance.h"
#include "imaging/decode/encode.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

struct ShapeSpec {
    std::string split;
    std::string name;        // "circle/circle_00012.jpg"
    std::int64_t label = 0;  // index in the sorted names
    std::size_t kind = 0;
};

// Classes alternate; in each class, the second of every five images is in val.
std::vector<ShapeSpec> plan_shapes(const ShapesPlan& plan) {
    const auto kinds = sorted_kinds(plan.classes);
    std::vector<ShapeSpec> specs;
    for (std::int64_t i = 0; i < plan.images; ++i) {
        const std::int64_t label = i % plan.classes, turn = i / plan.classes;
        const std::size_t kind = kinds[static_cast<std::size_t>(label)];
        const std::string_view name = shape_names()[kind];
        specs.push_back({is_val_turn(turn) ? "val" : "train",
                         fmt::format("{}/{}_{:05}.{}", name, name, turn, plan.png ? "png" : "jpg"), label, kind});
    }
    return specs;
}

Status make_image(const ShapesPlan& plan, const ShapeSpec& spec, std::int64_t index, const fs::path& folder) {
    Random random(
        {.seed = plan.seed, .sample = static_cast<std::uint64_t>(index), .purpose = purpose("synthetic.shapes")});
    const Image image = draw_shape(spec.kind, plan.size, random);
    GOETIA_ASSIGN(const std::string bytes, plan.png ? encode_png(image) : encode_jpeg(image, kJpegQuality));
    return write_plain(folder / spec.split / spec.name, bytes);
}

Status write_lists(const ShapesPlan& plan, const std::vector<ShapeSpec>& specs, const fs::path& meta) {
    std::string classes, train, val;
    for (const std::size_t kind : sorted_kinds(plan.classes)) classes += fmt::format("{}\n", shape_names()[kind]);
    for (const ShapeSpec& one : specs)
        (one.split == "val" ? val : train) += fmt::format("{} {}\n", one.name, one.label);
    GOETIA_TRY(write_plain(meta / "classes.txt", classes));
    GOETIA_TRY(write_plain(meta / "train.txt", train));
    return write_plain(meta / "val.txt", val);
}

}  // namespace

Status check_plan(const ShapesPlan& plan, std::int64_t kinds) {
    Error error = invalid("the image set cannot be generated");
    const auto fault = [&](std::string path, std::string message, std::int64_t found, std::string allowed) {
        error.faults.push_back({.path = std::move(path),
                                .message = std::move(message),
                                .found = std::to_string(found),
                                .allowed = std::move(allowed)});
    };
    const auto most = static_cast<std::int64_t>(shape_names().size());
    if (plan.classes < 2 || kinds > most)
        fault("classes", "there are not enough shapes", plan.classes,
              fmt::format("2 to {}", most + plan.classes - kinds));
    if (plan.images < 2 * plan.classes)
        fault("images", "each class needs two images, one for training and one for validation", plan.images,
              fmt::format("at least {}", 2 * plan.classes));
    if (plan.size < 16 || plan.size > 4096) fault("size", "out of range", plan.size, "16 to 4096");
    if (error.faults.empty()) return {};
    return error;
}

Result<SplitSizes> make_shapes(const ShapesPlan& plan, const fs::path& output,
                               const std::function<void(std::int64_t, std::int64_t)>& on_progress,
                               const StopToken& stop) {
    GOETIA_TRY(check_plan(plan, plan.classes));
    const std::vector<ShapeSpec> specs = plan_shapes(plan);
    GOETIA_TRY(make_folder_atomically(output, [&](const fs::path& staging) -> Status {
        GOETIA_TRY(make_folders(staging / "meta"));
        for (const char* split : {"train", "val"}) {
            for (std::int64_t i = 0; i < plan.classes; ++i)
                GOETIA_TRY(make_folders(staging / split / shape_names()[static_cast<std::size_t>(i)]));
        }
        GOETIA_TRY(write_lists(plan, specs, staging / "meta"));
        return parallel_for(plan.images, {plan.threads, on_progress, stop}, [&](std::int64_t i) {
            return make_image(plan, specs[static_cast<std::size_t>(i)], i, staging);
        });
    }));
    const auto val = std::count_if(specs.begin(), specs.end(), [](const ShapeSpec& one) { return one.split == "val"; });
    return SplitSizes{plan.images - val, val};
}

}  // namespace goetia
