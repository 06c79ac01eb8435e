#include "datasets/tables/xlsx.h"

#include <gmock/gmock.h>

#include "datasets/tables/xlsx_cells.h"
#include "datasets/tables/zip.h"
#include "testkit/sheets.h"
#include "testkit/zip.h"

namespace goetia {
namespace {

using testkit::Cells;
using testkit::cells_of;
using testkit::zip;

constexpr const char* kOffice = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr const char* kStrict = "http://purl.oclc.org/ooxml/officeDocument/relationships";

struct Related {
    std::string id, kind, target;
};

std::string relations(const std::vector<Related>& all, const std::string& space = kOffice) {
    std::string text = "<Relationships>";
    for (const Related& one : all)
        text += fmt::format(R"(<Relationship Id="{}" Type="{}/{}" Target="{}"/>)", one.id, space, one.kind, one.target);
    return text + "</Relationships>";
}

const std::string kStrings =
    "<sst><si><t>image</t></si><si><t>age</t></si>"
    "<si><r><t>a</t></r><r><rPr/><t xml:space=\"preserve\"> b</t></r><rPh><t>x</t></rPh></si>"
    "<si><t>line_x000D_end</t></si></sst>";

// A workbook of two sheets, as spreadsheets write them; `sheet` are the rows of the first.
std::string workbook(const std::string& sheet, const std::string& more = {}) {
    return zip(
        {{"[Content_Types].xml", "<Types/>"},
         {"_rels/.rels", relations({{"rId1", "officeDocument", "xl/workbook.xml"}})},
         {"xl/workbook.xml", fmt::format("<workbook xmlns:r=\"{}\"><workbookPr {}/><sheets>"
                                         "<sheet name=\"people\" sheetId=\"1\" r:id=\"rId1\"/>"
                                         "<sheet name=\"第二\" sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>",
                                         kOffice, more)},
         {"xl/_rels/workbook.xml.rels", relations({{"rId1", "worksheet", "worksheets/sheet1.xml"},
                                                   {"rId2", "worksheet", "/xl/worksheets/other.xml"},
                                                   {"rId3", "sharedStrings", "sharedStrings.xml"},
                                                   {"rId4", "styles", "styles.xml"}})},
         {"xl/sharedStrings.xml", kStrings},
         {"xl/styles.xml",
          "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy/mm/dd\"/></numFmts>"
          "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/></cellXfs>"
          "</styleSheet>"},
         {"xl/vbaProject.bin", "never looked at"},
         {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + sheet + "</sheetData></worksheet>"},
         {"xl/worksheets/other.xml",
          "<x:worksheet xmlns:x=\"x\"><x:sheetData><x:row r=\"1\"><x:c r=\"A1\" "
          "t=\"inlineStr\"><x:is><x:t>名</x:t></x:is>"
          "</x:c></x:row><x:row r=\"2\"><x:c r=\"A2\"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>"}});
}

const std::string kHeader = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>";

TEST(Xlsx, reads_strings_numbers_dates_and_gaps) {
    const std::string rows =
        kHeader +
        "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>2</v></c><c r=\"B3\"><v>25</v></c></row>"
        "<row r=\"4\"><c r=\"B4\" s=\"1\"><v>45352</v></c></row>"
        "<row r=\"5\"><c r=\"A5\" t=\"b\"><v>1</v></c><c r=\"B5\" s=\"2\"><v>45352.5</v></c></row>"
        "<row r=\"6\"><c r=\"A6\" t=\"e\"><v>#N/A</v></c><c r=\"B6\"><f>1/10</f><v>0.1</v></c></row>"
        "<row><c t=\"s\"><v>3</v></c><c t=\"str\"><f>A1</f><v>text</v></c></row>"
        "<row r=\"9\"><c r=\"A9\"/></row>";
    const ReadSheet read = parse_xlsx(workbook(rows), "t.xlsx").value();
    EXPECT_TRUE(read.findings.empty());
    EXPECT_EQ(cells_of(read), (std::vector<Cells>{{"image", "age"},
                                                  {"a b", "25"},
                                                  {"", "2024-03-01"},
                                                  {"TRUE", "2024-03-01T12:00:00"},
                                                  {"#N/A", "0.1"},
                                                  {"line\rend", "text"}}));
    EXPECT_EQ(read.sheet.rows[0].line, 3);
    EXPECT_EQ(read.sheet.rows[4].line, 7) << "a row without number follows the last";
}

TEST(Xlsx, reads_a_sheet_by_name) {
    const ReadSheet read = parse_xlsx(workbook(kHeader), "t.xlsx", "第二").value();
    EXPECT_EQ(cells_of(read), (std::vector<Cells>{{"名"}, {"7"}})) << "with name spaces";
    EXPECT_EQ(parse_xlsx(workbook(kHeader), "t.xlsx", "peopel").error().message,
              "'t.xlsx' has no sheet 'peopel'; did you mean 'people'? it has: people, 第二");
}

// Part names are chosen by the writing program; only relationships say what a part is.
TEST(Xlsx, finds_its_parts_through_relationships) {
    const auto book = [](const std::string& space, const std::string& prefix) {
        return fmt::format(R"(<workbook xmlns:{1}="{0}"><sheets><sheet name="chart" {1}:id="c"/>)"
                           R"(<sheet name="people" sheetId="7" {1}:id="p"/></sheets></workbook>)",
                           space, prefix);
    };
    const std::string sheet = "<worksheet><sheetData>" + kHeader + "</sheetData></worksheet>";
    for (const char* space : {kOffice, kStrict}) {
        const std::string file = zip(
            {{"_rels/.rels", relations({{"x", "thumbnail", "t.png"}, {"w", "officeDocument", "/Book/a 1.xml"}}, space)},
             {"Book/a 1.xml", book(space, "d3p1")},
             {"Book/_rels/a 1.xml.rels", relations({{"c", "chartsheet", "chart.xml"},
                                                    {"p", "worksheet", "./pages/../first.xml"},
                                                    {"s", "sharedStrings", "../Texts.xml"}},
                                                   space)},
             {"Book/FIRST.xml", sheet},
             {"texts.xml", kStrings}});
        EXPECT_EQ(cells_of(parse_xlsx(file, "t.xlsx").value()), (std::vector<Cells>{{"image", "age"}})) << space;
    }
    const std::string top = relations({{"w", "officeDocument", "xl/workbook.xml"}});
    const auto message = [&](const std::string& of_workbook, const std::string& space) {
        return parse_xlsx(zip({{"_rels/.rels", top},
                               {"xl/workbook.xml", book(space, "r")},
                               {"xl/_rels/workbook.xml.rels", of_workbook}}),
                          "t.xlsx")
            .error()
            .message;
    };
    EXPECT_EQ(message(relations({{"p", "worksheet", "gone.xml"}}), kOffice),
              "'t.xlsx' lacks the part 'xl/gone.xml'; save the workbook again");
    EXPECT_EQ(message(relations({{"p", "worksheet", "a.xml"}}), "of another kind"),
              "'t.xlsx' contains no sheet with cells");
    EXPECT_EQ(message(relations({{"p", "chartsheet", "a.xml"}}), kOffice), "'t.xlsx' contains no sheet with cells");
    const std::string outside =
        R"(<Relationships><Relationship Id="p" TargetMode="External" Target="http://x/a.xml" )"
        R"(Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>)"
        "</Relationships>";
    EXPECT_EQ(message(outside, kOffice), "'t.xlsx' contains no sheet with cells");
}

TEST(Xlsx, days_may_count_from_1904) {
    const std::string rows = kHeader + "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>0</v></c></row>";
    EXPECT_EQ(parse_xlsx(workbook(rows, "date1904=\"1\""), "t.xlsx")->sheet.rows.at(0).cells[0], "1904-01-01");
}

TEST(Xlsx, reports_unusable_cells_and_files) {
    const auto found = [](const std::string& row) {
        const ReadSheet read = parse_xlsx(workbook(kHeader + row), "t.xlsx").value();
        EXPECT_EQ(read.findings.size(), 1);
        EXPECT_TRUE(read.sheet.rows.empty());
        return to_string(to_fault(read.findings.at(0)));
    };
    EXPECT_EQ(found("<row r=\"2\"><c r=\"A2\" t=\"s\"><v>99</v></c></row>"),
              "t.xlsx:2: cell A2 refers to string 99 of 4; save the workbook again");
    EXPECT_EQ(found("<row r=\"2\"><c r=\"A2\"><v>1x</v></c></row>"),
              "t.xlsx:2: cell A2 contains '1x', which is not a number; save the workbook again");
    EXPECT_EQ(found("<row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"A2\"><v>1</v></c></row>"),
              "t.xlsx:2: a cell has the reference 'A2'; save the workbook again");
    EXPECT_EQ(found("<row r=\"2\"><c r=\"ZZZZ2\"><v>1</v></c></row>"),
              "t.xlsx:2: a cell has the reference 'ZZZZ2'; save the workbook again");
    EXPECT_EQ(found("<row r=\"4294967295\"><c><v>1</v></c></row>"),
              "t.xlsx:2: a row has the number '4294967295'; save the workbook again");
    EXPECT_THAT(parse_xlsx("PK\x03\x04 no more", "t.xlsx").error().message,
                testing::StartsWith("'t.xlsx' is not a complete zip file: "));
    for (const auto& letter :
         {zip({{"word/document.xml", "<x/>"}}),
          zip({{"_rels/.rels", relations({{"a", "officeDocument", "word/d.xml"}})}, {"word/d.xml", "<document/>"}})})
        EXPECT_EQ(parse_xlsx(letter, "t.xlsx").error().message,
                  "'t.xlsx' is not a workbook (.xlsx); save the table as one, or as CSV UTF-8");
    EXPECT_EQ(parse_xlsx("\xD0\xCF\x11\xE0\xA1\xB1", "t.xls").error().code, Code::kUnsupported);
    EXPECT_THAT(parse_xlsx(workbook("<row"), "t.xlsx").error().message,
                testing::StartsWith("'t.xlsx' is damaged: the part 'xl/worksheets/sheet1.xml' is not well-formed XML"));
}

TEST(Zip, refuses_decompression_bombs) {
    const std::string bomb = zip({{"a", std::string(std::size_t{1} << 22, '0')}});
    const auto all = [](const std::string&) { return true; };
    ASSERT_TRUE(unzip(bomb, "bomb", all)) << "4 MB alone are none";
    EXPECT_EQ(unzip(bomb, "bomb", all, {.ratio = 100}).error().message,
              "'bomb' would unpack to far more data than a table has (in 'a'); is it a table?");
    EXPECT_FALSE(unzip(bomb, "bomb", all, {.part_bytes = 1000}));
    EXPECT_FALSE(unzip(bomb, "bomb", all, {.total_bytes = 1000}));
    EXPECT_TRUE(unzip(bomb, "bomb", [](const std::string&) { return false; }, {.part_bytes = 1000})->empty());
    EXPECT_EQ(unzip(zip({{"a", ""}, {"b", ""}, {"c", ""}}), "many", all, {.entries = 2}).error().message,
              "'many' contains more than 2 entries; is it a table?");
    EXPECT_FALSE(unzip(std::string_view(bomb).substr(0, bomb.size() / 2), "half", all));
}

TEST(XlsxCells, know_date_formats) {
    for (const char* yes : {"yyyy-mm-dd", "d/m/yy;@", "[$-804]yyyy\"年\"m\"月\"", "[h]:mm", "mm:ss.0", "[Red]dd"})
        EXPECT_TRUE(is_date_format(yes)) << yes;
    for (const char* no :
         {"General", "0.00", "#,##0", "\"day\" 0", "0.00E+00", "[Red]0.0", "@", "\\d0", "0;d", "", "[", "\\"})
        EXPECT_FALSE(is_date_format(no)) << no;
}

TEST(XlsxCells, write_dates) {
    EXPECT_EQ(date_text(1, false), "1900-01-01");
    EXPECT_EQ(date_text(59, false), "1900-02-28");
    EXPECT_EQ(date_text(61, false), "1900-03-01") << "day 60 never was";
    EXPECT_EQ(date_text(0.25, false), "06:00:00");
    EXPECT_EQ(date_text(2958465, false), "9999-12-31");
    EXPECT_EQ(date_text(2958466, false), std::nullopt);
    EXPECT_EQ(date_text(-1, false), std::nullopt);
}

TEST(XlsxCells, write_numbers_as_they_were_typed) {
    EXPECT_EQ(number_text(25), "25");
    EXPECT_EQ(number_text(0.1), "0.1");
    EXPECT_EQ(number_text(-3), "-3");
    EXPECT_EQ(number_text(1e300), "1e+300");
}

TEST(XlsxCells, know_references) {
    const auto place = cell_position("BC12");
    ASSERT_TRUE(place);
    EXPECT_EQ(place->row, 12);
    EXPECT_EQ(place->column, 54);
    EXPECT_EQ(cell_position("XFD1048576")->column, 16383);
    for (const char* bad :
         {"", "A", "1", "a1", "A0", "XFE1", "A1048577", "A1B", "AAAAAAAAAAAAAAAA1", "A99999999999999"})
        EXPECT_FALSE(cell_position(bad)) << bad;
}

}  // namespace
}  // namespace goetia
