// Small data sets on disk and in memory, and ways to read them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/json.h"
#include "datasets/dataset.h"
#include "datasets/formats/annotated_dataset.h"
#include "datasets/formats/reader.h"
#include "testkit/images.h"

namespace goetia::testkit {

// Writes `count` images of 8x6 per class: <root>/<split>/<class>/0.png ...
inline void make_classes(const fs::path& root, const std::string& split, const std::vector<std::string>& classes,
                         int count) {
    int blue = 0;
    for (const std::string& name : classes) {
        for (int i = 0; i < count; ++i)
            write_png(root / split / name / (std::to_string(i) + ".png"), gradient_image(8, 6, blue++));
    }
}

inline DatasetRegistry format_datasets() {
    DatasetRegistry registry(Kind::kDataset);
    EXPECT_TRUE(register_format_datasets(registry));
    return registry;
}

inline Result<std::shared_ptr<Dataset>> open(const Json& config, Split split = Split::kTrain) {
    return format_datasets().make(config, "dataset", split);
}

// The files below a folder, each with the hash of its bytes.
inline std::map<std::string, std::string> files_of(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file())
            files[entry.path().lexically_relative(folder).native()] = sha256_file(entry.path()).value();
    }
    return files;
}

// What the reader of a format returns for one split, including its findings.
inline Result<ReadSet> read_set(const Json& config, Split split = Split::kTrain) {
    ReaderRegistry registry(Kind::kDataset);
    GOETIA_TRY(register_builtin_readers(registry));
    GOETIA_ASSIGN(const auto reader, registry.make(config, "dataset"));
    return reader->read(split);
}

// One line per finding: "bad_syntax x.json:3 [17] what was found; how to fix".
inline std::string findings_text(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& one : findings)
        text += fmt::format("{} {}:{} [{}] {}; {}\n", finding_code(one.kind), one.file, one.line, one.id, one.found,
                            one.fix);
    return text;
}

using Samples = std::vector<std::int64_t>;

// One image per list of classes; more than one class makes it a detection set.
inline std::shared_ptr<const Dataset> labelled(const std::vector<Samples>& labels, std::vector<std::string> classes) {
    AnnotatedSet set;
    set.classes = std::move(classes);
    set.roots = {"nowhere"};
    for (const Samples& list : labels) {
        AnnotatedImage& image = set.images.emplace_back();
        if (list.size() == 1) image.label = list[0];
        else
            for (const std::int64_t label : list) image.instances.push_back({.label = label});
    }
    return std::make_shared<AnnotatedDataset>(std::move(set));
}

// `counts` images of each class, one class after the other.
inline std::shared_ptr<const Dataset> counted(const Samples& counts) {
    std::vector<Samples> labels;
    std::vector<std::string> classes;
    for (std::size_t c = 0; c < counts.size(); ++c) {
        classes.push_back(std::string(1, static_cast<char>('a' + c)));
        labels.insert(labels.end(), static_cast<std::size_t>(counts[c]), {static_cast<std::int64_t>(c)});
    }
    return labelled(labels, classes);
}

}  // namespace goetia::testkit
