#include "data/synthetic/shapes.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <fcntl.h>

#include "base/files.h"
#include "data/decode/encode.h"
#include "data/synthetic/outlines.h"

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

// The chosen kinds by sorted name: a class's number is its place there, as class folders are numbered.
std::vector<std::size_t> sorted_kinds(std::int64_t classes) {
    std::vector<std::size_t> kinds(static_cast<std::size_t>(classes));
    for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] = i;
    std::sort(kinds.begin(), kinds.end(),
              [](std::size_t a, std::size_t b) { return shape_names()[a] < shape_names()[b]; });
    return kinds;
}

// Classes take turns; of each class the second of every five pictures is val.
std::vector<Picture> plan_pictures(const ShapesPlan& plan) {
    const auto kinds = sorted_kinds(plan.classes);
    std::vector<Picture> pictures;
    for (std::int64_t i = 0; i < plan.images; ++i) {
        const std::int64_t label = i % plan.classes, turn = i / plan.classes;
        const std::size_t kind = kinds[static_cast<std::size_t>(label)];
        const std::string_view name = shape_names()[kind];
        pictures.push_back({turn % 5 == 1 ? "val" : "train",
                            fmt::format("{}/{}_{:05}.{}", name, name, turn, plan.png ? "png" : "jpg"), label, kind});
    }
    return pictures;
}

Status check_plan(const ShapesPlan& plan) {
    Error error = invalid("the picture set cannot be made");
    const auto fault = [&](std::string path, std::string message, std::int64_t found, std::string allowed) {
        error.faults.push_back({.path = std::move(path),
                                .message = std::move(message),
                                .found = std::to_string(found),
                                .allowed = std::move(allowed)});
    };
    const auto most = static_cast<std::int64_t>(shape_names().size());
    if (plan.classes < 2 || plan.classes > most)
        fault("classes", "there are not as many shapes", plan.classes, fmt::format("2 to {}", most));
    if (plan.images < 2 * plan.classes)
        fault("images", "each class needs two images, one to train on and one to check with", plan.images,
              fmt::format("at least {}", 2 * plan.classes));
    if (plan.size < 16 || plan.size > 4096) fault("size", "out of range", plan.size, "16 to 4096");
    if (error.faults.empty()) return {};
    return error;
}

Status check_output(const fs::path& output) {
    std::error_code code;
    if (!fs::exists(output, code)) return {};
    if (!fs::is_directory(output, code))
        return make_error(Code::kWrongState, "'{}' exists and is no folder; name another output", output.native());
    if (fs::is_empty(output, code)) return {};
    return make_error(Code::kWrongState, "folder '{}' exists and is not empty; name another output or remove it",
                      output.native());
}

Status write_plain(const fs::path& path, std::string_view bytes) {
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file.valid()) return os_error("write", path.native(), errno);
    return write_all(file.get(), bytes, path);
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

// All pictures, on all threads; the first error stops the rest.
Status make_pictures(const ShapesPlan& plan, const std::vector<Picture>& pictures, const fs::path& folder,
                     const std::function<void(std::int64_t, std::int64_t)>& told, const StopToken& stop) {
    const auto all = static_cast<std::int64_t>(pictures.size());
    std::atomic<std::int64_t> next{0};
    std::mutex mutex;
    std::condition_variable changed;
    std::int64_t done = 0;
    int working = plan.threads > 0 ? plan.threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    std::optional<Error> wrong;
    const auto work = [&] {
        for (std::int64_t i = next++; i < all && !stop.stop_requested(); i = next++) {
            Status made = make_picture(plan, pictures[static_cast<std::size_t>(i)], i, folder);
            const std::scoped_lock lock(mutex);
            ++done;
            if (made) continue;
            if (!wrong) wrong = std::move(made).error();
            next = all;
        }
        const std::scoped_lock lock(mutex);
        --working;
        changed.notify_all();
    };
    std::vector<std::jthread> threads;
    for (int i = 0, count = working; i < count; ++i) threads.emplace_back(work);
    for (bool ended = false; !ended;) {
        std::unique_lock lock(mutex);
        ended = changed.wait_for(lock, std::chrono::milliseconds(200), [&] { return working == 0; });
        const std::int64_t now = done;
        lock.unlock();
        if (told) told(now, all);
    }
    if (wrong) return *std::move(wrong);
    if (stop.stop_requested()) return make_error(Code::kCancelled, "stopped; nothing was left behind");
    return {};
}

}  // namespace

Result<ShapesMade> make_shapes(const ShapesPlan& plan, const fs::path& output,
                               const std::function<void(std::int64_t, std::int64_t)>& told, const StopToken& stop) {
    GOETIA_TRY(check_plan(plan));
    GOETIA_TRY(check_output(output));
    const std::vector<Picture> pictures = plan_pictures(plan);
    const fs::path target = fs::absolute(output).lexically_normal(),
                   place = target.has_filename() ? target : target.parent_path();
    const fs::path beside = place.parent_path() / fmt::format(".{}.goetia-partial", place.filename().native());
    std::error_code code;
    fs::remove_all(beside, code);  // of a call that was broken off
    const auto fill = [&]() -> Status {
        GOETIA_TRY(make_folders(beside / "meta"));
        for (const char* split : {"train", "val"}) {
            for (std::int64_t i = 0; i < plan.classes; ++i)
                GOETIA_TRY(make_folders(beside / split / shape_names()[static_cast<std::size_t>(i)]));
        }
        GOETIA_TRY(write_lists(plan, pictures, beside / "meta"));
        GOETIA_TRY(make_pictures(plan, pictures, beside, told, stop));
        fs::rename(beside, place, code);
        if (code) return os_error("make", place.native(), code.value());
        return {};
    };
    if (Status filled = fill(); !filled) {
        fs::remove_all(beside, code);
        return std::move(filled).error();
    }
    const auto val =
        std::count_if(pictures.begin(), pictures.end(), [](const Picture& one) { return one.split == "val"; });
    return ShapesMade{plan.images - val, val};
}

}  // namespace goetia
