#include "datasets/synthetic/shapes.h"

#include <algorithm>
#include <vector>

#include "base/files.h"
#include "base/parallel.h"
#include "datasets/synthetic/making.h"
#include "datasets/synthetic/outlines.h"
#include "imaging/decode/encode.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr int kJpegQuality = 92;

struct Picture {
    std::string split;
    std::string name;        // "circle/circle_00012.jpg"
    std::int64_t label = 0;  // among the sorted names
    std::size_t kind = 0;
};

// Classes take turns; of each class the second of every five pictures is val.
std::vector<Picture> plan_pictures(const ShapesPlan& plan) {
    const auto kinds = sorted_kinds(plan.classes);
    std::vector<Picture> pictures;
    for (std::int64_t i = 0; i < plan.images; ++i) {
        const std::int64_t label = i % plan.classes, turn = i / plan.classes;
        const std::size_t kind = kinds[static_cast<std::size_t>(label)];
        const std::string_view name = shape_names()[kind];
        pictures.push_back({is_val_turn(turn) ? "val" : "train",
                            fmt::format("{}/{}_{:05}.{}", name, name, turn, plan.png ? "png" : "jpg"), label, kind});
    }
    return pictures;
}

Status make_picture(const ShapesPlan& plan, const Picture& picture, std::int64_t index, const fs::path& folder) {
    Random random(
        {.seed = plan.seed, .sample = static_cast<std::uint64_t>(index), .purpose = purpose("synthetic.shapes")});
    const Image image = draw_shape(picture.kind, plan.size, random);
    GOETIA_ASSIGN(const std::string bytes, plan.png ? encode_png(image) : encode_jpeg(image, kJpegQuality));
    return write_plain(folder / picture.split / picture.name, bytes);
}

Status write_lists(const ShapesPlan& plan, const std::vector<Picture>& pictures, const fs::path& meta) {
    std::string classes, train, val;
    for (const std::size_t kind : sorted_kinds(plan.classes)) classes += fmt::format("{}\n", shape_names()[kind]);
    for (const Picture& one : pictures)
        (one.split == "val" ? val : train) += fmt::format("{} {}\n", one.name, one.label);
    GOETIA_TRY(write_plain(meta / "classes.txt", classes));
    GOETIA_TRY(write_plain(meta / "train.txt", train));
    return write_plain(meta / "val.txt", val);
}

}  // namespace

Status check_plan(const ShapesPlan& plan, std::int64_t kinds) {
    Error error = invalid("the picture set cannot be made");
    const auto fault = [&](std::string path, std::string message, std::int64_t found, std::string allowed) {
        error.faults.push_back({.path = std::move(path),
                                .message = std::move(message),
                                .found = std::to_string(found),
                                .allowed = std::move(allowed)});
    };
    const auto most = static_cast<std::int64_t>(shape_names().size());
    if (plan.classes < 2 || kinds > most)
        fault("classes", "there are not as many shapes", plan.classes,
              fmt::format("2 to {}", most + plan.classes - kinds));
    if (plan.images < 2 * plan.classes)
        fault("images", "each class needs two images, one to train on and one to check with", plan.images,
              fmt::format("at least {}", 2 * plan.classes));
    if (plan.size < 16 || plan.size > 4096) fault("size", "out of range", plan.size, "16 to 4096");
    if (error.faults.empty()) return {};
    return error;
}

Result<ShapesMade> make_shapes(const ShapesPlan& plan, const fs::path& output,
                               const std::function<void(std::int64_t, std::int64_t)>& told, const StopToken& stop) {
    GOETIA_TRY(check_plan(plan, plan.classes));
    const std::vector<Picture> pictures = plan_pictures(plan);
    GOETIA_TRY(make_whole(output, [&](const fs::path& beside) -> Status {
        GOETIA_TRY(make_folders(beside / "meta"));
        for (const char* split : {"train", "val"}) {
            for (std::int64_t i = 0; i < plan.classes; ++i)
                GOETIA_TRY(make_folders(beside / split / shape_names()[static_cast<std::size_t>(i)]));
        }
        GOETIA_TRY(write_lists(plan, pictures, beside / "meta"));
        return for_each_number(plan.images, {plan.threads, told, stop}, [&](std::int64_t i) {
            return make_picture(plan, pictures[static_cast<std::size_t>(i)], i, beside);
        });
    }));
    const auto val =
        std::count_if(pictures.begin(), pictures.end(), [](const Picture& one) { return one.split == "val"; });
    return ShapesMade{plan.images - val, val};
}

}  // namespace goetia
