// goetia dataset rle: masks between COCO's forms, for scripts: one JSON object to a line in, one to a line out.
#include <iostream>

#include "apps/goetia/dataset_parts.h"
#include "data/masks/rle.h"

namespace goetia::cli {
namespace {

constexpr std::int64_t kLargestSide = 65535;  // of a picture; the area of two of them fits a run

Result<Rle> mask_of(const Json& json, int height, int width) {
    if (json.contains("polygons")) {
        std::vector<Rle> parts;
        for (const auto& outline : json["polygons"]) {
            GOETIA_ASSIGN(Rle part, runs_of_polygon(outline.get<std::vector<double>>(), height, width));
            parts.push_back(std::move(part));
        }
        return parts.empty() ? runs_of_polygons({}, height, width) : merge_runs(parts, Merge::kUnion);
    }
    if (json.contains("rows")) {
        std::vector<std::uint8_t> pixels;
        for (const auto& row : json["rows"])
            for (const auto& pixel : row) pixels.push_back(pixel.get<std::uint8_t>());
        if (pixels.size() != static_cast<std::size_t>(height) * width)
            return invalid("'rows' holds {} pixels, 'size' says {} x {}", pixels.size(), height, width);
        return encode_runs(pixels, height, width);
    }
    Rle mask{height, width, {}};
    const auto& counts = json.at("counts");
    if (counts.is_string()) {
        GOETIA_ASSIGN(mask.counts, expand_counts(counts.get<std::string>()));
    } else {
        mask.counts = counts.get<std::vector<std::uint32_t>>();
    }
    GOETIA_TRY(check_runs(mask));
    return mask;
}

// {"size": [height, width], and "polygons": [[x, y ...] ...], "counts": [...] or "...", or "rows": [[0, 1 ...] ...]}
Result<Rle> mask_of(const Json& json) {
    const auto& size = json.at("size");
    const auto height = size.at(0).get<std::int64_t>(), width = size.at(1).get<std::int64_t>();
    if (height < 1 || width < 1 || height > kLargestSide || width > kLargestSide)
        return invalid("'size' is [{}, {}]; allowed: [height, width], each 1 to {}", height, width, kLargestSide);
    return mask_of(json, static_cast<int>(height), static_cast<int>(width));
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
        Json told = described(mask);
        if (json.contains("with")) {
            GOETIA_ASSIGN(const Rle other, mask_of(json["with"]));
            const std::vector<Rle> both{mask, other};
            GOETIA_ASSIGN(const Rle either, merge_runs(both, Merge::kUnion));
            GOETIA_ASSIGN(const Rle shared, merge_runs(both, Merge::kIntersection));
            GOETIA_ASSIGN(told["iou"], overlap_of(mask, other, json.value("crowd", false)));
            told["union"] = compress_counts(either.counts);
            told["intersection"] = compress_counts(shared.counts);
        }
        return told;
    } catch (const Json::exception&) {
        return invalid(
            "found {}; allowed: an object with 'size' and 'polygons' (numbers in lists), 'counts' (a text or "
            "whole numbers) or 'rows' (0 and 1 in lists)",
            line.size() > 80 ? line.substr(0, 80) + " ..." : line);
    }
}

Result<Outcome> rle() {
    Outcome outcome{.json = {{"masks", Json::array()}}};
    std::string line;
    for (int number = 1; std::getline(std::cin, line); ++number) {
        auto told = answer(line);
        if (!told) {
            std::fputs(outcome.text.c_str(), stdout);  // the answers so far
            return std::move(told).error().within(fmt::format("line {} of standard input", number));
        }
        outcome.text += told->dump() + "\n";
        outcome.json["masks"].push_back(std::move(told).value());
    }
    return outcome;
}

}  // namespace

void add_dataset_rle(CLI::App& dataset, Context& context) {
    CLI::App* command = dataset.add_subcommand(
        "rle", "Turns outlines and masks into COCO's run-length form: JSON lines in, JSON lines out");
    command->footer(
        "Each line: {\"size\": [height, width], \"polygons\": [[x, y, ...], ...]}, or \"counts\" or \"rows\" in place "
        "of \"polygons\";\n\"rows\" are the picture's rows of 0 and 1, \"counts\" COCO's text or the runs down the "
        "columns;\nwith \"with\": another such object, also the overlap of both (\"crowd\": true: over the "
        "first one's area)");
    context.on(command, [] { return rle(); });
}

}  // namespace goetia::cli
