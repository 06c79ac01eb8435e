// Writes data.yaml, images/<split>/ and labels/<split>/.
#include <algorithm>
#include <set>

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "datasets/formats/lost_fields.h"
#include "datasets/formats/writer_support.h"

namespace goetia {
namespace {

double twice_signed_area(const Polygon& outline) {
    double twice = 0;
    for (std::size_t i = 0; i + 1 < outline.size(); i += 2) {
        const std::size_t next = i + 3 < outline.size() ? i + 2 : 0;
        twice += double(outline[i]) * outline[next + 1] - double(outline[next]) * outline[i + 1];
    }
    return twice;
}

Polygon turned_one_way(Polygon outline) {
    if (twice_signed_area(outline) >= 0) return outline;
    Polygon turned;
    for (std::size_t i = outline.size(); i >= 2; i -= 2) turned.insert(turned.end(), {outline[i - 2], outline[i - 1]});
    return turned;
}

// Several parts as one closed line that runs to each part and back the same way, so that it encloses nothing in
// between.
Polygon joined(const std::vector<Polygon>& parts) {
    Polygon line = turned_one_way(parts[0]);
    const Polygon first(line.begin(), line.begin() + std::min<std::ptrdiff_t>(2, std::ssize(line)));
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const Polygon part = turned_one_way(parts[i]);
        if (part.size() < 2) continue;
        line.insert(line.end(), first.begin(), first.end());
        line.insert(line.end(), part.begin(), part.end());
        line.insert(line.end(), {part[0], part[1]});
    }
    return line;
}

std::string fraction(double value) {
    std::string text = fmt::format("{:.8f}", value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

std::string line_of(const Instance& one, std::pair<int, int> size) {
    const double width = size.first, height = size.second;
    std::string line = std::to_string(one.label);
    if (!one.polygons.empty()) {
        const Polygon outline = joined(one.polygons);
        for (std::size_t i = 0; i + 1 < outline.size(); i += 2)
            line += fmt::format(" {} {}", fraction(outline[i] / width), fraction(outline[i + 1] / height));
        return line + "\n";
    }
    const Box& box = one.box;
    return line + fmt::format(" {} {} {} {}\n", fraction((double(box.x1) + box.x2) / 2 / width),
                              fraction((double(box.y1) + box.y2) / 2 / height),
                              fraction((double(box.x2) - box.x1) / width),
                              fraction((double(box.y2) - box.y1) / height));
}

std::string data_yaml(const AnnotatedSet& set, const std::filesystem::path& folder) {
    std::string text = "path: .\n";
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
        std::error_code code;
        const std::string place = fmt::format("images/{}", split_name(split));
        if (std::filesystem::is_directory(folder / place, code))
            text += fmt::format("{}: {}\n", split_name(split), place);
    }
    text += fmt::format("nc: {}\nnames:\n", set.classes.size());
    for (std::size_t i = 0; i < set.classes.size(); ++i)
        text += fmt::format("  {}: {}\n", i, json_text(Json(set.classes[i])));
    return text;
}

}  // namespace

Result<LostCounts> write_yolo(const AnnotatedSet& set, const WritePlan& plan) {
    GOETIA_TRY(check_task(set, {Task::kDetection, Task::kInstance}, "YOLO"));
    GOETIA_TRY(check_transfer(plan, "YOLO"));
    const std::string split(split_name(plan.split));
    const auto [names, renamed] = image_names(set, {.own_stems = true});
    std::int64_t parts = 0, equal = 0;
    for (std::size_t i = 0; i < set.images.size(); ++i) {
        GOETIA_TRY(check_stop(plan));
        GOETIA_ASSIGN(const auto size, size_of(set, set.images[i]));
        std::string text;
        std::set<std::string> written;
        for (const Instance& one : set.images[i].instances) {
            const std::string line = line_of(one, size);
            if (!written.insert(line).second) {
                ++equal;  // readers use a repeated line once
                continue;
            }
            text += line;
            parts += one.polygons.size() > 1 ? 1 : 0;
        }
        GOETIA_TRY(write_new_file(plan.folder / "labels" / split / (stem_of(names[i]) + ".txt"), text));
    }
    GOETIA_TRY(transfer_images(set, names, plan.folder / "images" / split, plan));
    GOETIA_TRY(write_file_atomic(plan.folder / "data.yaml", data_yaml(set, plan.folder)));
    LostCounts lost = count_lost(set, {.outlines = true}, renamed);
    if (parts > 0) lost["parting of outlines (written as one line)"] = parts;
    if (equal > 0) lost["objects equal to another (written once)"] = equal;
    return lost;
}

}  // namespace goetia
