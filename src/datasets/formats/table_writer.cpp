// Writes images/ and a table per split: train.csv with the columns image, label or the target names, and subject.
#include "base/files.h"
#include "datasets/formats/lost_fields.h"
#include "datasets/formats/writer_support.h"

namespace goetia {
namespace {

// A cell as RFC 4180 quotes it.
std::string cell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char letter : text) quoted += letter == '"' ? std::string("\"\"") : std::string(1, letter);
    return quoted + "\"";
}

std::string row_of(const std::vector<std::string>& cells) {
    std::string row;
    for (const std::string& text : cells) row += (row.empty() ? "" : ",") + cell(text);
    return row + "\n";
}

}  // namespace

Result<LostCounts> write_table(const AnnotatedSet& set, const WritePlan& plan) {
    GOETIA_TRY(check_task(set, {Task::kClassification, Task::kRegression, Task::kMultilabel}, "Table"));
    GOETIA_TRY(check_transfer(plan, "Table"));
    const bool classes = set.task == Task::kClassification;
    GOETIA_ASSIGN(const std::string class_names, class_list(set, "Table"));
    const std::filesystem::path folder = plan.folder / "images";
    const auto taken = [&](const std::filesystem::path& name) { return std::filesystem::exists(folder / name); };
    const auto [names, renamed] = image_names(set, {.on_lines = true, .taken = taken});
    const bool subjects =
        std::ranges::any_of(set.images, [](const AnnotatedImage& image) { return !image.subject.empty(); });
    std::vector<std::string> header{"image"};
    if (classes) header.emplace_back("label");
    else header.insert(header.end(), set.targets.begin(), set.targets.end());
    if (subjects) header.emplace_back("subject");
    std::string table = row_of(header);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const AnnotatedImage& image = set.images[i];
        std::vector<std::string> cells{names[i]};
        if (classes) cells.push_back(image.label < 0 ? "" : set.classes.at(static_cast<std::size_t>(image.label)));
        for (std::size_t t = 0; !classes && t < set.targets.size(); ++t)
            cells.push_back(t < image.values.size() ? fmt::format("{}", image.values[t]) : "");
        if (subjects) cells.push_back(image.subject);
        table += row_of(cells);
    }
    GOETIA_TRY(transfer_images(set, names, folder, plan));
    if (classes) GOETIA_TRY(write_file_atomic(plan.folder / "classes.txt", class_names));
    GOETIA_TRY(write_new_file(plan.folder / (std::string(split_name(plan.split)) + ".csv"), table));
    return count_lost(set, {.numbers = true, .subjects = true, .image_labels = classes, .values = !classes}, renamed);
}

}  // namespace goetia
