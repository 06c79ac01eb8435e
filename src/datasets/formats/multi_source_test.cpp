#include <gmock/gmock.h>

#include "datasets/formats/annotated_dataset.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

// Two tables in folders of their own, one with blanks and Chinese letters in its path, outside of anything.
void make_sources(const TempFolder& folder) {
    write_text(folder / "第一 个/t.csv", "image,label\na.png,cat\nb.png,dog\nc.png,dog\n");
    write_text(folder / "第一 个/a.png", "");
    write_text(folder / "第一 个/val.csv", "image,label\na.png,cat\n");
    write_text(folder / "two/t.csv", "image,label\na.png,hound\nx.png,kitten\ny.png,car\n");
    write_text(folder / "two/a.png", "");
}

Json table(const fs::path& root, const Json& more) {
    Json section{{"type", "Table"}, {"data_root", root.native()}, {"ann_file", "t.csv"}, {"label_column", "label"}};
    section.update(more);
    return section;
}

Json config(const std::vector<Json>& sources) { return {{"type", "MultiSourceDataset"}, {"sources", sources}}; }

std::vector<std::string> contents(const Dataset& dataset) {
    std::vector<std::string> lines;
    for (std::int64_t i = 0; i < dataset.size(); ++i) {
        const Sample sample = dataset.sample(i).value();
        const std::string label = sample.label < 0 ? "-" : dataset.classes()[static_cast<std::size_t>(sample.label)];
        lines.push_back(fmt::format("{}/{} {} {}", sample.path.parent_path().filename().native(), sample.name, label,
                                    dataset.info(i)->source));
    }
    return lines;
}

TEST(MultiSource, joins_sources_under_one_list_of_classes) {
    const TempFolder folder;
    make_sources(folder);
    const Json map{{"hound", "dog"}, {"kitten", "cat"}, {"car", nullptr}};
    Json section = config({table(folder / "第一 个", {{"name", "primary"}}),
                           table(folder / "two", {{"weight", 0.5}, {"class_map", map}})});
    section["sampling"] = {{"strategy", "weighted"}, {"resample_epoch", false}};
    const auto dataset = open(section).value();
    EXPECT_EQ(dataset->classes(), (std::vector<std::string>{"cat", "dog"}));
    EXPECT_EQ(contents(*dataset),
              (std::vector<std::string>{"第一 个/a.png cat 0", "第一 个/b.png dog 0", "第一 个/c.png dog 0",
                                        "two/a.png dog 1", "two/x.png cat 1"}));
    EXPECT_EQ(dataset->sources(), (std::vector<DataSource>{{"primary", 1}, {"source 2", 0.5}}));
    EXPECT_EQ(dataset->default_sampler(),
              Json({{"type", "sources"}, {"strategy", "weighted"}, {"resample_epoch", false}}));
}

TEST(MultiSource, without_map_or_list_names_are_kept) {
    const TempFolder folder;
    make_sources(folder);
    const auto dataset =
        open(config({table(folder / "第一 个", Json::object()), table(folder / "two", Json::object())})).value();
    EXPECT_EQ(dataset->classes(), (std::vector<std::string>{"cat", "dog", "car", "hound", "kitten"}));
    EXPECT_EQ(dataset->size(), 6);
}

TEST(MultiSource, class_indices_are_the_same_in_every_split) {
    const TempFolder folder;
    make_sources(folder);
    const Json section = config(
        {table(folder / "two", Json::object()), table(folder / "第一 个", {{"val", {{"ann_file", "val.csv"}}}})});
    const auto train = open(section).value(), val = open(section, Split::kVal).value();
    EXPECT_EQ(train->classes(), val->classes());
    EXPECT_EQ(contents(*val), (std::vector<std::string>{"第一 个/a.png cat 1"}));
    EXPECT_EQ(open(section, Split::kTest).error().code, Code::kNotFound);
}

TEST(MultiSource, classes_that_do_not_fit_are_reported_with_the_nearest) {
    const TempFolder folder;
    make_sources(folder);
    Json section = config({table(folder / "two", {{"name", "extra"}, {"class_map", {{"huond", "dog"}}}})});
    section["classes"] = {"hound", "kittens"};
    EXPECT_THAT(
        to_string(open(section).error()),
        testing::EndsWith("the classes of source 'extra' do not fit\n"
                          "  class_map: the source has no such class, found 'huond' (allowed: car, hound, kitten); did "
                          "you mean 'hound'?\n"
                          "  classes: the list has no such class; add it, or map it in the source's class_map, found "
                          "'car' (allowed: hound, kittens)\n"
                          "  classes: the list has no such class; add it, or map it in the source's class_map, found "
                          "'kitten' (allowed: hound, kittens); did you mean 'kittens'?"));
    section = config({table(folder / "two", Json::object())});
    section["num_classes"] = 2;
    EXPECT_THAT(to_string(open(section).error()), testing::HasSubstr("there are 3 classes, num_classes is 2"));
}

TEST(MultiSource, reports_sections_that_are_not_sources) {
    const TempFolder folder;
    make_sources(folder);
    const auto text = [](Json section) { return to_string(open(section).error()); };
    EXPECT_THAT(text(config({})), testing::EndsWith("dataset.sources: must be a list of data set sections, found "
                                                    "an empty list"));
    EXPECT_THAT(
        text(config({{{"weight", -1}, {"class_map", {{"a", 3}}}}})),
        testing::EndsWith("dataset.sources[0].weight: out of range, found -1 (allowed: a number, at least 0)\n"
                          "  dataset.sources[0].class_map.a: must be a class name, or null to leave the class out, "
                          "found 3"));
    EXPECT_THAT(text(config({{{"type", "Tabel"}}})),
                testing::HasSubstr("dataset.sources[0]: no dataset 'Tabel'; did you mean "
                                   "'Table'?"));
    Json sampling = config({table(folder / "two", Json::object())});
    sampling["sampling"] = {{"strategy", "wieghted"}};
    EXPECT_THAT(text(sampling), testing::HasSubstr("dataset.sampling.strategy: not one of the choices"));
    const Json numbers{{"type", "Table"},
                       {"data_root", (folder / "two").native()},
                       {"ann_file", (folder / "n.csv").native()},
                       {"target_columns", "age"}};
    write_text(folder / "n.csv", "image,age\na.png,3\n");
    EXPECT_THAT(
        text(config({table(folder / "two", {{"name", "b"}}), numbers})),
        testing::EndsWith("source 'source 2' is for regression, the sources before it are for classification; use "
                          "sources for one task"));
    EXPECT_THAT(text(config({table(folder / "two", {{"name", "gone"}, {"ann_file", "no.csv"}})})),
                testing::HasSubstr("no.csv: cannot open 'no.csv'"));
}

TEST(MultiSource, a_source_may_be_divided_by_itself_or_all_together) {
    const TempFolder folder;
    make_sources(folder);
    Json section = config({table(folder / "第一 个", {{"split", {{"type", "random"}, {"ratios", 0.67}}}})});
    EXPECT_EQ(open(section).value()->size(), 2);
    EXPECT_EQ(open(section, Split::kVal).value()->size(), 1);
    section = config({table(folder / "第一 个", Json::object()), table(folder / "two", Json::object())});
    section["split"] = {{"type", "random"}, {"ratios", 0.5}};
    EXPECT_EQ(open(section).value()->size(), 3);
    EXPECT_EQ(open(section, Split::kVal).value()->size(), 3);
    EXPECT_EQ(open(section, Split::kVal).value()->sources().size(), 2);
}

}  // namespace
}  // namespace goetia
