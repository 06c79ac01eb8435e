// A set is the same whether its root is an absolute path or one relative to the working directory.
#include <gmock/gmock.h>

#include "testkit/format_sets.h"

namespace goetia {
namespace {

using namespace testkit;

class WorkingFolder : public testing::Test {
  protected:
    WorkingFolder() : before_(fs::current_path()) {}
    ~WorkingFolder() override { fs::current_path(before_); }

    // Names, objects, classes and masks, without the paths that differ.
    static std::string reports_of(const Json& section) {
        const auto read = read_set(section);
        if (!read) return to_string(read.error());
        std::string text = findings_text(read->findings);
        for (const AnnotatedImage& image : read->set.images) {
            text += fmt::format("{} {} {} mask '{}'", image.name, image.label, image.instances.size(),
                                image.mask.filename().native());
            for (const Instance& one : image.instances) text += fmt::format(" {} {}", one.label, one.box.x1);
            text += fs::is_regular_file(read->set.path(image)) ? "\n" : " gone\n";
        }
        return text + fmt::format("{}", fmt::join(read->set.classes, ","));
    }

    TempFolder folder_;

  private:
    fs::path before_;
};

TEST_F(WorkingFolder, does_not_change_a_set) {
    for (const auto& [format, maker] : set_builders()) {
        const fs::path root = folder_ / format;
        maker.make(root);
        const std::string whole = reports_of(section_of(format, root));
        EXPECT_THAT(whole, testing::HasSubstr("cat,dog"));
        fs::current_path(root);
        EXPECT_EQ(reports_of(section_of(format, ".")), whole) << format;
        fs::current_path(folder_.path());
        EXPECT_EQ(reports_of(section_of(format, format)), whole) << format;
        fs::create_directories(root / "images");
        fs::current_path(root / "images");
        EXPECT_EQ(reports_of(section_of(format, "..")), whole) << format;
    }
}

TEST_F(WorkingFolder, may_be_that_of_a_named_data_yaml_or_table) {
    make_yolo(folder_.path()), make_table(folder_.path());
    const std::string yolo = reports_of(section_of("YOLO", folder_.path()));
    const std::string table = reports_of(section_of("Table", folder_.path()));
    fs::current_path(folder_.path());
    EXPECT_EQ(reports_of({{"type", "YOLO"}, {"data_yaml", "data.yaml"}}), yolo);
    EXPECT_EQ(reports_of({{"type", "Table"}, {"ann_file", "train.csv"}, {"label_column", "label"}}), table);
    fs::current_path(folder_ / "images");
    EXPECT_EQ(reports_of({{"type", "YOLO"},
                          {"data_root", "."},
                          {"data_yaml", "../data.yaml"},
                          {"train", {{"data_prefix", "train"}}}}),
              yolo);
}

}  // namespace
}  // namespace goetia
