// The faults of a table, as CSV and as a workbook, for faults_of_formats_test.cpp.
#include "testkit/faulty_sets.h"
#include "testkit/zip.h"

namespace goetia::testkit {
namespace {

using Rows = std::vector<std::vector<std::string>>;  // the first names the columns
using WriteRows = void (*)(const fs::path& file, const Rows& rows);

void write_csv(const fs::path& file, const Rows& rows) {
    std::string text;
    for (const auto& row : rows) text += fmt::format("{}\n", fmt::join(row, ","));
    write_text(file, text);
}

void write_workbook(const fs::path& file, const Rows& rows) {
    const std::string office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const auto related = [&](const std::string& kind, const std::string& to) {
        return fmt::format(R"(<Relationships><Relationship Id="a" Type="{}/{}" Target="{}"/></Relationships>)", office,
                           kind, to);
    };
    std::string cells;
    for (const auto& row : rows) {
        cells += "<row>";
        for (const std::string& cell : row) cells += fmt::format(R"(<c t="inlineStr"><is><t>{}</t></is></c>)", cell);
        cells += "</row>";
    }
    write_text(file,
               zip({{"_rels/.rels", related("officeDocument", "book.xml")},
                    {"book.xml",
                     fmt::format(R"(<workbook xmlns:q="{}"><sheets><sheet name="all" q:id="a"/></sheets></workbook>)",
                                 office)},
                    {"_rels/book.xml.rels", related("worksheet", "s.xml")},
                    {"s.xml", "<worksheet><sheetData>" + cells + "</sheetData></worksheet>"}}));
}

const ImageLayout& table_place() {
    static const ImageLayout kLayout{[](int number) { return fmt::format("images/{}.png", number); },
                                     [](int number) { return fmt::format("{}.png", number); }};
    return kLayout;
}

// Image n is in line n + 2.
Rows right_rows() {
    Rows rows{{"image", "label", "who", "split"}};
    for (int number = 0; number < 8; ++number)
        rows.push_back({table_place().id(number), number % 2 == 0 ? "cat" : "dog", fmt::format("person {}", number),
                        number < 4 ? "train" : "val"});
    return rows;
}

struct TableKind {
    std::string file;
    WriteRows write;
};

Json make_table_set(const fs::path& folder, const TableKind& kind) {
    write_images(folder, table_place());
    kind.write(folder / kind.file, right_rows());
    return {{"type", "Table"},        {"data_root", folder.native()}, {"ann_file", kind.file},
            {"image_dir", "images"},  {"label_column", "label"},      {"subject_column", "who"},
            {"split_column", "split"}};
}

// One cell of the row of an image, in a set whose classes a file names.
FaultCase cell(const TableKind& kind, FindingKind finding, int number, std::size_t column, const std::string& holds,
               const std::string& id, const char* found) {
    return {finding,
            [=](SetOnDisk& set) {
                write_text(set.folder / "classes.txt", "cat\ndog\n");
                set.section["classes_file"] = "classes.txt";
                Rows rows = right_rows();
                rows[static_cast<std::size_t>(number) + 1][column] = holds;
                kind.write(set.folder / kind.file, rows);
            },
            kind.file,
            number + 2,
            id,
            found};
}

void add_cat_rows(SetOnDisk& set, const TableKind& kind) {
    Rows rows = right_rows();
    for (int number = 8; number < 26; ++number) {
        write_png(set.folder / table_place().path(number), stripes(static_cast<std::uint64_t>(number)));
        rows.push_back({table_place().id(number), "cat", fmt::format("person {}", number), "train"});
    }
    kind.write(set.folder / kind.file, rows);
}

std::vector<FaultCase> table_cases(const TableKind& kind) {
    const std::vector<FaultCase> own{
        {FindingKind::kMissingFile, [](SetOnDisk& set) { fs::remove(set.folder / table_place().path(1)); }, kind.file,
         3, "1.png", "there is no file"},
        no_classes_file(),
        cell(kind, FindingKind::kBadSyntax, 1, 3, "somewhere", "", "column D 'split' contains 'somewhere'"),
        cell(kind, FindingKind::kBadSyntax, 1, 0, "", "", "column A 'image' is empty"),
        cell(kind, FindingKind::kBadSyntax, 1, 2, "", "", "column C 'who' is empty"),
        cell(kind, FindingKind::kDuplicateId, 1, 0, "0.png", "0.png", "names '0.png', which row 2 already names"),
        cell(kind, FindingKind::kUnknownClass, 1, 1, "cow", "",
             "column B 'label' contains 'cow', which is not a class"),
        cell(kind, FindingKind::kUnlabelled, 1, 1, "", "", "column B 'label' is empty"),
        cell(kind, FindingKind::kSubjectLeak, 5, 2, "person 1", "person 1", "subject 'person 1' is in train"),
        {FindingKind::kEmptyClass,
         [](SetOnDisk& set) {
             write_text(set.folder / "classes.txt", "cat\ndog\nbird\n");
             set.section["classes_file"] = "classes.txt";
         },
         kind.file, 0, "bird", "class 'bird' (index 2) has no training samples", Severity::kWarning},
        {FindingKind::kImbalance, [=](SetOnDisk& set) { add_cat_rows(set, kind); }, kind.file, 0, "dog",
         "class 'dog' occurs 2 times, class 'cat' 20 times"},
    };
    return joined(faults_of_images(table_place()), own);
}

FormatFaults faults_of_table(const std::string& name, const TableKind& kind, const std::vector<FaultCase>& more) {
    return {name,
            "Table",
            [=](const fs::path& folder) { return make_table_set(folder, kind); },
            joined(table_cases(kind), more),
            {{FindingKind::kIdGap, "a number that no row has is a class without sample: empty_class"},
             {FindingKind::kMissingImage, "the rows are the list"},
             {FindingKind::kSizeMismatch, "no sizes of images"},
             {FindingKind::kEmptyBox, "no boxes"},
             {FindingKind::kNegativeBox, "no boxes"},
             {FindingKind::kBoxOutside, "no boxes"},
             {FindingKind::kShortPolygon, "no outlines"},
             {FindingKind::kBadRuns, "no runs"},
             {FindingKind::kClassLists, "one list of classes for all splits"},
             {FindingKind::kMaskValue, "no masks"},
             {FindingKind::kMaskSize, "no masks"}}};
}

}  // namespace

FormatFaults faults_of_csv() {
    const FaultCase cells{FindingKind::kBadSyntax,
                          [](SetOnDisk& set) { edit(set.folder / "t.csv", "1.png,dog", "1.png,dog,more"); },
                          "t.csv",
                          3,
                          "",
                          "the row has 5 cells, the first row names 4 columns"};
    return faults_of_table("Table as CSV", {"t.csv", write_csv}, {cells});
}

FormatFaults faults_of_xlsx() {
    const std::vector<FaultCase> own{
        {FindingKind::kBadSyntax, [](SetOnDisk& set) { write_text(set.folder / "t.xlsx", "image,label\n"); }, "t.xlsx",
         0, "", "t.xlsx"},
        {FindingKind::kMissingFile, [](SetOnDisk& set) { set.section["sheet"] = "other"; }, "t.xlsx", 0, "",
         "has no sheet 'other'"},
    };
    return faults_of_table("Table as workbook", {"t.xlsx", write_workbook}, own);
}

}  // namespace goetia::testkit
