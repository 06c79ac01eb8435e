// goetia dataset rle: converts masks between the COCO representations, for scripts: one JSON object per line in, one
// per line out.
#include <cmath>
#include <iostream>

#include "apps/goetia/command.h"
#include "imaging/masks/rle.h"

namespace goetia::cli {
namespace {

constexpr std::int64_t kLargestSide = 65535;  // of an image; the area of two of them fits a run

std::string shown(const std::string& text) {
    std::size_t cut = std::min<std::size_t>(text.size(), 80);
    if (cut == text.size()) return text;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;  // not inside a UTF-8 character
    return text.substr(0, cut) + " ...";
}

// An integer within the limits, or an error with the value found: numbers are never truncated.
Result<std::int64_t> integer(const Json& json, const char* key, std::int64_t least, std::int64_t most) {
    const double value = json.is_number() ? json.get<double>() : -1;
    if (value == std::floor(value) && value >= static_cast<double>(least) && value <= static_cast<double>(most))
        return static_cast<std::int64_t>(value);
    return invalid("'{}' contains {}; allowed: integers from {} to {}", key, shown(json.dump()), least, most);
}

Result<Rle> of_polygons(const Json& polygons, int height, int width) {
    std::vector<Rle> parts;
    for (const auto& outline : polygons) {
        GOETIA_ASSIGN(Rle part, runs_of_polygon(outline.get<std::vector<double>>(), height, width));
        parts.push_back(std::move(part));
    }
    return parts.empty() ? runs_of_polygons({}, height, width) : merge_runs(parts, Merge::kUnion);
}

Result<Rle> of_rows(const Json& rows, int height, int width) {
    std::vector<std::uint8_t> pixels;
    std::size_t longest = 0, shortest = rows.empty() ? 0 : SIZE_MAX;
    for (const auto& row : rows) {
        longest = std::max(longest, row.size()), shortest = std::min(shortest, row.size());
        for (const auto& pixel : row) {
            GOETIA_ASSIGN(const std::int64_t inside, integer(pixel, "rows", 0, 1));
            pixels.push_back(static_cast<std::uint8_t>(inside));
        }
    }
    const auto wide = static_cast<std::size_t>(width);
    if (rows.size() != static_cast<std::size_t>(height) || longest != wide || shortest != wide)
        return invalid("'rows' has {} rows of {} to {} pixels, 'size' is {} of {}", rows.size(), shortest, longest,
                       height, width);
    return encode_runs(pixels, height, width);
}

Result<Rle> of_counts(const Json& counts, int height, int width) {
    Rle mask{height, width, {}};
    if (counts.is_string()) {
        GOETIA_ASSIGN(mask.counts, expand_counts(counts.get<std::string>()));
    } else {
        for (const auto& count : counts.get<std::vector<Json>>()) {
            GOETIA_ASSIGN(const std::int64_t run, integer(count, "counts", 0, UINT32_MAX));
            mask.counts.push_back(static_cast<std::uint32_t>(run));
        }
    }
    GOETIA_TRY(check_runs(mask));
    return mask;
}

// {"size": [height, width], and "polygons": [[x, y ...] ...], "counts": [...] or "...", or "rows": [[0, 1 ...] ...]}
Result<Rle> mask_of(const Json& json) {
    std::vector<int> size;
    for (const auto& side : json.at("size").get<std::vector<Json>>()) {
        GOETIA_ASSIGN(const std::int64_t pixels, integer(side, "size", 1, kLargestSide));
        size.push_back(static_cast<int>(pixels));
    }
    if (size.size() != 2) return invalid("'size' is {}; allowed: [height, width]", shown(json.at("size").dump()));
    if (json.contains("polygons")) return of_polygons(json["polygons"], size[0], size[1]);
    if (json.contains("rows")) return of_rows(json["rows"], size[0], size[1]);
    return of_counts(json.at("counts"), size[0], size[1]);
}

Json described(const Rle& mask) {
    const Box box = box_of(mask);
    return {{"size", {mask.height, mask.width}},
            {"counts", compress_counts(mask.counts)},
            {"runs", mask.counts},
            {"area", area_of(mask)},
            {"bbox", {box.x1, box.y1, box.width(), box.height()}}};
}

Result<Json> answer(const std::string& line) {
    try {
        const Json json = Json::parse(line);
        GOETIA_ASSIGN(const Rle mask, mask_of(json));
        Json description = described(mask);
        if (json.contains("with")) {
            GOETIA_ASSIGN(const Rle other, mask_of(json["with"]));
            const std::vector<Rle> both{mask, other};
            GOETIA_ASSIGN(const Rle either, merge_runs(both, Merge::kUnion));
            GOETIA_ASSIGN(const Rle shared, merge_runs(both, Merge::kIntersection));
            GOETIA_ASSIGN(description["iou"], iou_of(mask, other, json.value("crowd", false)));
            description["union"] = compress_counts(either.counts);
            description["intersection"] = compress_counts(shared.counts);
        }
        return description;
    } catch (const Json::exception&) {
        return invalid(
            "found {}; allowed: an object with 'size' and 'polygons' (lists of numbers), 'counts' (a string or "
            "integers) or 'rows' (lists of 0 and 1)",
            shown(line));
    }
}

Result<Outcome> rle() {
    Outcome outcome{.json = {{"masks", Json::array()}}};
    std::string line;
    for (int number = 1; std::getline(std::cin, line); ++number) {
        auto result = answer(line);
        if (!result) {
            std::fputs(outcome.text.c_str(), stdout);  // the results so far
            return std::move(result).error().within(fmt::format("line {} of standard input", number));
        }
        outcome.text += result->dump() + "\n";
        outcome.json["masks"].push_back(std::move(result).value());
    }
    return outcome;
}

}  // namespace

void add_dataset_rle(Command& dataset, Context& context) {
    Command& command =
        dataset.command("rle", "Turns outlines and masks into COCO's run-length form: JSON lines in, JSON lines out");
    command.footer(
        "Each line: {\"size\": [height, width], \"polygons\": [[x, y, ...], ...]}, or \"counts\" or \"rows\" in place "
        "of \"polygons\";\n\"rows\" are the image rows of 0 and 1, \"counts\" COCO's text or the runs down the "
        "columns;\nwith \"with\": another such object, also the overlap of both (\"crowd\": true: over the "
        "first one's area)");
    context.on(command, [] { return rle(); });
}

}  // namespace goetia::cli
