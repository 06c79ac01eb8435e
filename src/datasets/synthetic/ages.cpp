#include "datasets/synthetic/ages.h"

#include "base/files.h"
#include "base/parallel.h"
#include "datasets/synthetic/common.h"
#include "datasets/synthetic/face.h"
#include "imaging/decode/encode.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

struct FaceSpec {
    std::string name;  // "000001.jpg"
    std::uint64_t subject = 0;
    std::int64_t age = 0;
    bool val = false;
};

Random random_of(const ShapesPlan& plan, std::uint64_t number, std::string_view what) {
    return Random({.seed = plan.seed, .sample = number, .purpose = purpose(what)});
}

std::vector<FaceSpec> plan_faces(const ShapesPlan& plan) {
    std::vector<FaceSpec> specs;
    for (std::uint64_t subject = 0; static_cast<std::int64_t>(specs.size()) < plan.images; ++subject) {
        Random random = random_of(plan, subject, "synthetic.age.life");
        const std::int64_t count = random.between(2, 6), middle = random.between(1, kOldest);
        for (std::int64_t i = 0; i < count && static_cast<std::int64_t>(specs.size()) < plan.images; ++i)
            specs.push_back({fmt::format("{:06}.{}", specs.size() + 1, plan.png ? "png" : "jpg"), subject,
                             std::clamp<std::int64_t>(middle + random.between(-6, 6), 1, kOldest),
                             is_val_turn(static_cast<std::int64_t>(subject))});
    }
    return specs;
}

Status check(const ShapesPlan& plan) {
    Error error = invalid("the image set cannot be generated");
    if (plan.images < 12)
        error.faults.push_back({.path = "images",
                                .message = "both splits need subjects with several images",
                                .found = std::to_string(plan.images),
                                .allowed = "at least 12"});
    if (plan.size < 16 || plan.size > 4096)
        error.faults.push_back(
            {.path = "size", .message = "out of range", .found = std::to_string(plan.size), .allowed = "16 to 4096"});
    if (error.faults.empty()) return {};
    return error;
}

Status draw(const ShapesPlan& plan, const FaceSpec& spec, std::uint64_t index, const fs::path& folder) {
    Random whose = random_of(plan, spec.subject, "synthetic.age.person"),
           when = random_of(plan, index, "synthetic.age.day");
    const Image image = draw_face(draw_person(whose), static_cast<double>(spec.age), plan.size, when);
    GOETIA_ASSIGN(const std::string bytes, plan.png ? encode_png(image) : encode_jpeg(image, kJpegQuality));
    return write_plain(folder / "images" / spec.name, bytes);
}

Status write_tables(const std::vector<FaceSpec>& specs, const fs::path& folder) {
    std::string train = "image,age,subject\n", val = train;
    for (const FaceSpec& one : specs)
        (one.val ? val : train) += fmt::format("{},{},s{:04}\n", one.name, one.age, one.subject + 1);
    GOETIA_TRY(write_plain(folder / "train.csv", train));
    return write_plain(folder / "val.csv", val);
}

}  // namespace

Result<SplitSizes> make_ages(const ShapesPlan& plan, const fs::path& output,
                             const std::function<void(std::int64_t, std::int64_t)>& on_progress,
                             const StopToken& stop) {
    GOETIA_TRY(check(plan));
    const std::vector<FaceSpec> specs = plan_faces(plan);
    GOETIA_TRY(make_folder_atomically(output, [&](const fs::path& staging) -> Status {
        GOETIA_TRY(make_folders(staging / "images"));
        GOETIA_TRY(parallel_for(plan.images, {plan.threads, on_progress, stop}, [&](std::int64_t i) {
            return draw(plan, specs[static_cast<std::size_t>(i)], static_cast<std::uint64_t>(i), staging);
        }));
        return write_tables(specs, staging);
    }));
    const auto val = std::count_if(specs.begin(), specs.end(), [](const FaceSpec& one) { return one.val; });
    return SplitSizes{plan.images - val, val};
}

}  // namespace goetia
