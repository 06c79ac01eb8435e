#include <gmock/gmock.h>

#include "datasets/formats/reader.h"
#include "testkit/datasets.h"
#include "testkit/zip.h"

namespace goetia {
namespace {

using namespace testkit;

Result<ReadSet> read(Json config, Split split = Split::kTrain) {
    config["type"] = "Table";
    ReaderRegistry readers(Kind::kDataset);
    GOETIA_TRY(register_builtin_readers(readers));
    GOETIA_ASSIGN(const auto reader, readers.make(config, "dataset"));
    return reader->read(split);
}

Json table_config(const TempFolder& folder, Json more) {
    Json section{{"data_root", folder.path().native()}, {"ann_file", "t.csv"}, {"image_dir", "图 像"}};
    section.update(more);
    return section;
}

std::vector<std::string> findings(const ReadSet& set) {
    std::vector<std::string> texts;
    for (const Finding& one : set.findings) {
        EXPECT_TRUE(one.file.ends_with("t.csv")) << one.file;
        texts.push_back(fmt::format("{} {}: {}; {}", finding_code(one.kind), one.line, one.found, one.fix));
    }
    return texts;
}

std::vector<std::string> names(const ReadSet& set) {
    std::vector<std::string> list;
    for (const AnnotatedImage& image : set.set.images) list.push_back(image.name);
    return list;
}

using List = std::vector<std::string>;

TEST(Table, reads_classes_by_name_from_folders_with_blanks_and_chinese_letters) {
    const TempFolder folder;
    write_text(folder / "图 像/第一 张.png", "");
    write_text(folder / "t.csv", "image,种类,who\n第一 张.png,狗,p1\n b.png ,cat,p2\nc.png,狗,p1\n");
    const ReadSet set = read(table_config(folder, {{"label_column", "种类"}, {"subject_column", "who"}})).value();
    EXPECT_TRUE(set.findings.empty());
    EXPECT_EQ(set.set.task, Task::kClassification);
    EXPECT_EQ(set.set.classes, (List{"cat", "狗"}));
    EXPECT_EQ(names(set), (List{"第一 张.png", "b.png", "c.png"}));
    EXPECT_EQ(set.set.images[0].label, 1);
    EXPECT_EQ(set.set.images[1].subject, "p2");
    EXPECT_EQ(set.set.images[2].location.line, 4);
    EXPECT_EQ(set.set.path(set.set.images[0]), folder / "图 像/第一 张.png");
}

TEST(Table, an_image_of_several_classes_has_a_column_for_each_or_one_cell) {
    const TempFolder folder;
    write_text(folder / "图 像/a.png", "");
    write_text(folder / "t.csv",
               "image,cat,dog,all\na.png,1,0,cat\nb.png,-1,Yes,dog\nc.png,true,1, dog | cat\nd.png,0,0,\n");
    const ReadSet columns = read(table_config(folder, {{"class_columns", {"cat", "dog"}}})).value();
    const ReadSet cells = read(table_config(folder, {{"label_column", "all"}, {"label_separator", "|"}})).value();
    for (const ReadSet* set : {&columns, &cells}) {
        ASSERT_TRUE(set->findings.empty()) << findings(*set)[0];
        EXPECT_EQ(set->set.task, Task::kMultilabel);
        EXPECT_EQ(set->set.classes, (List{"cat", "dog"}));
        std::vector<std::vector<double>> values;
        for (const AnnotatedImage& image : set->set.images) values.push_back(image.values);
        EXPECT_EQ(values, (std::vector<std::vector<double>>{{1, 0}, {0, 1}, {1, 1}, {0, 0}}));
        EXPECT_EQ(labels_of(set->set, set->set.images[2]), (std::vector<std::int64_t>{0, 1}));
    }
    write_text(folder / "t.csv", "image,cat,dog,all\na.png,2,0,cow\n");
    EXPECT_EQ(findings(read(table_config(folder, {{"class_columns", {"cat", "dog"}}})).value()),
              (List{"bad_syntax 2: column B 'cat' contains '2', which does not say whether the image is of the class; "
                    "enter 1 or 0"}));
}

TEST(Table, reads_a_workbook) {
    const TempFolder folder;
    const std::string office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const auto related = [&](const std::string& kind, const std::string& to) {
        return fmt::format(R"(<Relationships><Relationship Id="a" Type="{}/{}" Target="{}"/></Relationships>)", office,
                           kind, to);
    };
    const auto row = [](const std::string& image, const std::string& age) {
        return fmt::format(R"(<row><c t="inlineStr"><is><t>{}</t></is></c><c t="str"><v>{}</v></c></row>)", image, age);
    };
    write_text(folder / "图 像/第一 张.png", "");
    write_text(
        folder / "表.xlsx",
        testkit::zip(
            {{"_rels/.rels", related("officeDocument", "book.xml")},
             {"book.xml",
              fmt::format(R"(<workbook xmlns:q="{}"><sheets><sheet name="人" q:id="a"/></sheets></workbook>)", office)},
             {"_rels/book.xml.rels", related("worksheet", "s.xml")},
             {"s.xml", "<worksheet><sheetData>" + row("image", "age") + row("第一 张.png", "25.5") +
                           row("b.png", "old") + "</sheetData></worksheet>"}}));
    const ReadSet set =
        read(table_config(folder, {{"ann_file", "表.xlsx"}, {"target_columns", "age"}, {"sheet", "人"}})).value();
    EXPECT_EQ(set.set.task, Task::kRegression);
    EXPECT_EQ(names(set), (List{"第一 张.png"}));
    EXPECT_EQ(set.set.images[0].values, (std::vector<double>{25.5}));
    EXPECT_EQ(set.set.images[0].location.line, 2) << "the row's number";
    ASSERT_EQ(set.findings.size(), 1U);
    EXPECT_EQ(set.findings[0].file, (folder / "表.xlsx").native());
    EXPECT_EQ(set.findings[0].line, 3);
}

TEST(Table, reads_numbers_as_classes_up_to_the_highest) {
    const TempFolder folder;
    write_text(folder / "图 像/b.png", "");
    write_text(folder / "t.csv", "image,label\na.png,3\nb.png,0\n");
    const ReadSet set = read(table_config(folder, {{"label_column", "label"}})).value();
    EXPECT_EQ(set.set.classes, (List{"0", "1", "2", "3"}));
    EXPECT_EQ(set.set.images[0].label, 3);
    const auto wrong = read(table_config(folder, {{"label_column", "label"}, {"num_classes", 3}})).value();
    EXPECT_EQ(findings(wrong),
              (List{"unknown_class 2: column B 'label' contains '3', which is not a class; use one of 0, 1, "
                    "2, or add it to the classes file"}));
}

TEST(Table, takes_the_names_of_a_classes_file) {
    const TempFolder folder;
    write_text(folder / "图 像/a.png", "");
    write_text(folder / "classes.txt", "n01 dog\nn02 cat\n");
    write_text(folder / "t.csv", "image,label\na.png,n02\nb.png,0\nc.png,cta\nd.png,n01 dgo\n");
    const ReadSet set =
        read(table_config(folder, {{"label_column", "label"}, {"classes_file", "classes.txt"}})).value();
    EXPECT_EQ(set.set.images[0].label, 1);
    EXPECT_EQ(set.set.images[1].label, 0);
    EXPECT_EQ(
        findings(set),
        (List{"unknown_class 2: column B 'label' contains 'n02', which is read as the class 'n02 cat'; no action "
              "needed if this is intended",
              "unknown_class 4: column B 'label' contains 'cta', which is not a class; use one of n01 dog, n02 cat, or "
              "add it to the classes file",
              "unknown_class 5: column B 'label' contains 'n01 dgo', which is not a class; use 'n01 dog', or add it to "
              "the classes file"}));
    const auto count =
        read(table_config(folder, {{"label_column", "label"}, {"classes_file", "classes.txt"}, {"num_classes", 5}}));
    ASSERT_TRUE(count);
    EXPECT_EQ(count->findings.at(0).found, "there are 2 classes, num_classes is 5");
    EXPECT_EQ(count->findings[0].file, (folder / "classes.txt").native());
}

TEST(Table, reads_several_targets_with_subjects) {
    const TempFolder folder;
    write_text(folder / "图 像/a.png", "");
    write_text(folder / "t.csv", "image;age;bmi;id\na.png;25;+21,5;s1\nb.png;1e2;0,5;s2\n");
    const ReadSet set =
        read(table_config(folder, {{"target_columns", {"age", "bmi"}}, {"subject_column", "id"}, {"decimal", ","}}))
            .value();
    EXPECT_TRUE(set.findings.empty());
    EXPECT_EQ(set.set.task, Task::kRegression);
    EXPECT_EQ(set.set.targets, (List{"age", "bmi"}));
    EXPECT_EQ(set.set.images[0].values, (std::vector<double>{25, 21.5}));
    EXPECT_EQ(set.set.images[1].values, (std::vector<double>{100, 0.5}));
}

TEST(Table, every_bad_cell_is_reported_with_line_and_column) {
    const TempFolder folder;
    write_text(folder / "图 像/a.png", "");
    write_text(folder / "t.csv",
               "image,age,id,part\n"
               "a.png,old,s1,train\n"
               "b.png,\"3,5\",,train\n"
               ",1,s1,train\n"
               "c.png,nan,#N/A,train\n"
               "d.png,,s2,train\n"
               "sub\\e.png,3,s2,train\n"
               "f.png,3,s2,trian\n"
               "g.png,3,s2,Training\n"
               "g.png,4,s2,train\n");
    const ReadSet set =
        read(table_config(folder, {{"target_columns", "age"}, {"subject_column", "id"}, {"split_column", "part"}}))
            .value();
    EXPECT_EQ(names(set), (List{"g.png"}));
    EXPECT_EQ(
        findings(set),
        (List{
            "bad_syntax 2: column B 'age' contains 'old', which is not a number; enter a number such as 3.5",
            "bad_syntax 3: column B 'age' contains '3,5', which is not a number; use a decimal point, or set "
            "dataset.decimal "
            "to ','",
            "bad_syntax 3: column C 'id' is empty; enter the subject of the image, or omit dataset.subject_column",
            "bad_syntax 4: column A 'image' is empty; enter the image name",
            "bad_syntax 5: column B 'age' contains 'nan', which is not a number; enter a number such as 3.5",
            "bad_syntax 5: column C 'id' contains '#N/A'; enter the subject of the image, or omit "
            "dataset.subject_column",
            "unlabelled 6: column B 'age' is empty; enter the number, or remove the row",
            "bad_syntax 7: column A 'image' contains 'sub\\e.png' with a backslash; write '/' between folder and file",
            "bad_syntax 8: column D 'part' contains 'trian', which is not a split; write train, val or test",
            "duplicate_id 10: column A 'image' names 'g.png', which row 9 already names; keep one of the two rows",
            "missing_file 9: none of the first 1 images exists, starting with '" + (folder / "图 像/g.png").native() +
                "'; correct dataset.image_dir, dataset.data_root or dataset.image_suffix"}));
}

TEST(Table, splits_by_a_column_or_by_a_table_for_each) {
    const TempFolder folder;
    write_text(folder / "图 像/a.png", "");
    write_text(folder / "图 像/b.png", "");
    write_text(folder / "t.csv", "image,label,part\na.png,x,train\nb.png,y,验证\n");
    write_text(folder / "val/t.csv", "image,label,part\nb.png,z,val\n");
    const Json by_column = table_config(folder, {{"label_column", "label"}, {"split_column", "part"}});
    EXPECT_EQ(names(read(by_column).value()), (List{"a.png"}));
    EXPECT_EQ(names(read(by_column, Split::kVal).value()), (List{"b.png"}));
    EXPECT_EQ(read(by_column, Split::kVal)->set.classes, (List{"x", "y"}));
    const auto no_test = read(by_column, Split::kTest);
    EXPECT_EQ(no_test.error().code, Code::kNotFound);
    EXPECT_THAT(no_test.error().message, testing::EndsWith("t.csv' has no row of the test split"));

    const Json own = table_config(folder, {{"label_column", "label"}, {"val", {{"ann_file", "val/t.csv"}}}});
    EXPECT_EQ(names(read(own).value()), (List{"a.png", "b.png"}));
    EXPECT_EQ(names(read(own, Split::kVal).value()), (List{"b.png"}));
    EXPECT_EQ(read(own)->set.classes, (List{"x", "y", "z"})) << "of both tables, so that the numbers agree";
    EXPECT_EQ(read(own, Split::kVal)->set.classes, (List{"x", "y", "z"}));
    EXPECT_EQ(read(own, Split::kTest).error().message,
              "the table set has no test split; set dataset.split_column, dataset.test.ann_file or dataset.split");
}

TEST(Table, a_test_split_may_be_without_labels) {
    const TempFolder folder;
    write_text(folder / "图 像/a.png", "");
    write_text(folder / "t.csv", "image,label,age,part\na.png,x,1,train\na.png,,,test\n");
    for (const Json& what : {Json{{"label_column", "label"}}, Json{{"target_columns", "age"}}}) {
        Json section = table_config(folder, what);
        section["split_column"] = "part";
        const ReadSet set = read(section, Split::kTest).value();
        EXPECT_TRUE(set.findings.empty());
        EXPECT_EQ(set.set.images.at(0).label, -1);
        EXPECT_TRUE(set.set.images[0].values.empty());
    }
}

TEST(Table, finds_the_images_of_a_row_by_a_pattern) {
    const TempFolder folder;
    for (const char* name : {"s1_a.png", "s1_b.png", "s10_a.png", "sub/s1_c.png", "s2_a.txt", "s3.png"})
        write_text(folder / "图 像" / name, "");
    write_text(folder / "t.csv", "ID,age\ns1,20\ns10,30\ns2,40\n");
    const ReadSet set =
        read(table_config(folder,
                          {{"target_columns", "age"}, {"subject_column", "ID"}, {"image_pattern", "{ID}_*.png"}}))
            .value();
    EXPECT_EQ(names(set), (List{"s1_a.png", "s1_b.png", "s10_a.png"})) << "* does not reach into folders";
    EXPECT_EQ(set.set.images[1].subject, "s1");
    EXPECT_EQ(set.set.images[2].values, std::vector<double>{30});
    EXPECT_EQ(findings(set), (List{"missing_file 4: no image matches 's2_*.png'; add the images, remove the row, "
                                   "or correct dataset.image_pattern",
                                   "unlabelled 0: 2 images belong to no row, the first is 's3.png'; add rows for them, "
                                   "unless this is intended"}));
    EXPECT_FALSE(has_faults(set.findings));
    write_text(folder / "t.csv", "ID,age\ns1,20\ns10,30\n");
    const ReadSet twice =
        read(table_config(folder, {{"target_columns", "age"}, {"image_pattern", "s*{ID}*.png"}})).value();
    EXPECT_TRUE(has_faults(twice.findings));
    const ReadSet both =
        read(table_config(folder, {{"target_columns", "age"}, {"image_pattern", "{ID}*.png"}})).value();
    EXPECT_THAT(findings(both),
                testing::Contains("duplicate_id 3: the image 's10_a.png' belongs to this row and to row 2; "
                                  "change dataset.image_pattern so that it distinguishes the rows"));
}

TEST(Table, takes_each_image_from_the_first_root_that_has_it) {
    const TempFolder folder;
    write_text(folder / "one/a.png", "");
    write_text(folder / "two/a.png", "");
    write_text(folder / "two/b.png", "");
    write_text(folder / "t.csv", "image,label\na,x\nb,x\n");
    const ReadSet set = read({{"data_roots", {folder / "one", folder / "two"}},
                              {"ann_file", (folder / "t.csv").native()},
                              {"label_column", "label"},
                              {"image_suffix", ".png"}})
                            .value();
    EXPECT_EQ(set.set.path(set.set.images[0]), folder / "one/a.png");
    EXPECT_EQ(set.set.path(set.set.images[1]), folder / "two/b.png");
}

TEST(Table, without_a_root_the_tables_own_folder_is_the_root) {
    const TempFolder folder;
    write_text(folder / "a.png", "");
    write_text(folder / "t.csv", "image,label\na.png,x\n");
    const ReadSet set = read({{"ann_file", (folder / "t.csv").native()}, {"label_column", "label"}}).value();
    EXPECT_EQ(set.set.path(set.set.images.at(0)), folder / "a.png");
}

TEST(Table, reports_missing_columns) {
    const TempFolder folder;
    write_text(folder / "t.csv", "image,label,age\na.png,x,1\n");
    const auto wrong =
        read(table_config(folder, {{"label_column", "lable"}, {"image_column", "file"}, {"subject_column", "who"}}));
    const std::string file = (folder / "t.csv").native();
    EXPECT_EQ(
        to_string(wrong.error()),
        "the table cannot be used as it stands\n  " + file +
            ": dataset.image_column: the table has no such column, found 'file' (allowed: image, label, age)\n  " +
            file +
            ": dataset.label_column: the table has no such column, found 'lable' (allowed: image, label, age); did "
            "you mean 'label'?\n  " +
            file + ": dataset.subject_column: the table has no such column, found 'who' (allowed: image, label, age)");
    const auto neither = read(table_config(folder, Json::object()));
    EXPECT_THAT(to_string(neither.error()),
                testing::HasSubstr("dataset.label_column: a table needs label_column for classes, or target_columns to "
                                   "predict numbers, or class_columns for images of several classes, found neither"));
    EXPECT_TRUE(
        has_faults(read(table_config(folder, {{"label_column", "label"}, {"ann_file", "no.csv"}})).value().findings));
}

TEST(Table, is_a_data_set_to_train_on) {
    const TempFolder folder;
    write_png(folder / "图 像/a.png", gradient_image(4, 4));
    write_text(folder / "t.csv", "image,age,who\na.png,33,p\n");
    Json section = table_config(folder, {{"target_columns", "age"}, {"subject_column", "who"}});
    section["type"] = "Table";
    const auto dataset = open(section).value();
    const Sample sample = dataset->sample(0).value();
    EXPECT_EQ(sample.values, std::vector<double>{33});
    EXPECT_EQ(sample.subject, "p");
    EXPECT_TRUE(fs::exists(sample.path));
}

}  // namespace
}  // namespace goetia
