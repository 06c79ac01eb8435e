#include <gmock/gmock.h>

#include "datasets/formats/voc_file.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace testkit;

std::string voc_object(const std::string& name, const std::string& box, const std::string& more = "") {
    return fmt::format("<object>\n<name>{}</name>{}<bndbox>{}</bndbox></object>\n", name, more, box);
}

std::string corners(const std::string& xmin, const std::string& ymin, const std::string& xmax,
                    const std::string& ymax) {
    return fmt::format("<xmax>{}</xmax><xmin>{}</xmin><ymin>{}</ymin><ymax>{}</ymax>", xmax, xmin, ymin, ymax);
}

std::string file(const std::string& objects, const std::string& filename = "a.jpg") {
    return fmt::format(
        "<annotation><folder>VOC</folder><filename>{}</filename>\n<size><width>20</width><height>10</height>"
        "<depth>3</depth></size>\n{}</annotation>",
        filename, objects);
}

TEST(Voc, boxes_count_from_one_and_include_the_last_pixel) {
    const std::string xml =
        file(voc_object("猫", corners("1", "1", "20", "10"),
                        "<difficult>1</difficult><truncated> 1 </truncated><pose>Left</pose>") +
             voc_object("dog", corners("3.5", "2", "4", "6"), "<occluded>1</occluded><difficult>0</difficult>"));
    const VocFile read = parse_voc(xml, "x.xml", true);
    EXPECT_EQ(findings_text(read.findings), "");
    EXPECT_EQ(read.filename, "a.jpg");
    EXPECT_EQ(read.width, 20);
    EXPECT_THAT(read.names, ElementsAre("猫", "dog"));
    EXPECT_EQ(read.objects[0].box, (Box{0, 0, 20, 10}));
    EXPECT_TRUE(read.objects[0].difficult && read.objects[0].truncated && !read.objects[0].occluded);
    EXPECT_EQ(read.objects[1].box, (Box{2.5, 1, 4, 6}));
    EXPECT_TRUE(read.objects[1].occluded && !read.objects[1].difficult);
    EXPECT_EQ(parse_voc(xml, "x.xml", false).objects[0].box, (Box{1, 1, 20, 10}));
}

TEST(Voc, encodings_are_read_as_declared_or_refused) {
    const auto read = [](const std::string& encoding, const std::string& name) {
        return parse_voc(fmt::format("<?xml version=\"1.0\" encoding=\"{}\"?>\n", encoding) +
                             file(voc_object(name, corners("1", "1", "2", "2"))),
                         "x.xml", true);
    };
    EXPECT_EQ(findings_text(read("GBK", "\xC6\xFB\xB3\xB5").findings),
              "bad_syntax x.xml:5 [] the text is 'GBK', which is not supported; save it as UTF-8\n");
    EXPECT_THAT(findings_text(read("GB18030", "\xCD\xA8").findings), HasSubstr("'GB18030', which is not supported"))
        << "though these two bytes happen to be UTF-8";
    EXPECT_EQ(findings_text(read("utf-8", "\xC6\xFB").findings),
              "bad_syntax x.xml:5 [] the text is not valid UTF-8 from here on; save it as UTF-8\n");
    EXPECT_THAT(read("GBK", "car").names, ElementsAre("car")) << "these letters are everywhere the same";
    EXPECT_THAT(read("UTF-8", "汽车").names, ElementsAre("汽车"));
    EXPECT_THAT(read("iso-8859-1", "caf\xE9").names, ElementsAre("café"));
    EXPECT_THAT(
        findings_text(parse_voc(file(voc_object("\xB3\xB5", corners("1", "1", "2", "2"))), "x.xml", true).findings),
        HasSubstr("x.xml:4 [] the text is not valid UTF-8"));
}

TEST(Voc, a_box_that_begins_before_the_first_pixel_may_be_counted_from_zero) {
    const std::string xml =
        file(voc_object("cat", corners("0", "3", "19", "10")) + voc_object("dog", corners("0.7", "1", "9", "9")));
    const VocFile read = parse_voc(xml, "x.xml", true);
    EXPECT_THAT(
        findings_text(read.findings),
        HasSubstr("box_outside x.xml:3 [] the box of object 'cat' begins at (0, 3), VOC's pixels begin at (1, 1); "
                  "clip it to the image, or set one_based: false if the corners are counted from 0\n"));
    ASSERT_EQ(read.findings.size(), 1U);
    EXPECT_TRUE(read.findings[0].of_object);
    EXPECT_THAT(read.names, ElementsAre("dog"));
    EXPECT_EQ(findings_text(parse_voc(xml, "x.xml", false).findings), "");
}

TEST(Voc, nested_parts_are_not_the_objects_own) {
    const VocFile read =
        parse_voc(file("<object><name>person</name><part><name>head</name><bndbox>" + corners("1", "1", "2", "2") +
                       "</bndbox></part><bndbox>" + corners("5", "5", "9", "9") +
                       "</bndbox><robndbox/><!-- a comment --></object>"),
                  "x.xml", true);
    EXPECT_THAT(read.names, ElementsAre("person"));
    EXPECT_EQ(read.objects[0].box, (Box{4, 4, 9, 9}));
    EXPECT_THAT(read.unread, ElementsAre(testing::Pair("robndbox", 1)));
}

TEST(Voc, unusable_objects_are_reported_with_their_line) {
    EXPECT_EQ(findings_text(parse_voc(file(voc_object("", corners("1", "1", "2", "2")) +
                                           voc_object("a", corners("1", "x", "2", "2"))),
                                      "x.xml", true)
                                .findings),
              "bad_syntax x.xml:3 [] an object has no name; name its class\n"
              "bad_syntax x.xml:5 [] 'ymin' of object 'a' is 'x'; enter a number of pixels\n");
    EXPECT_THAT(
        findings_text(
            parse_voc(file(voc_object("a", corners("1", "1", "2", "2"), "<difficult>maybe</difficult>")), "x.xml", true)
                .findings),
        HasSubstr("'difficult' is 'maybe'; write 0 or 1"));
    EXPECT_THAT(
        findings_text(parse_voc("<annotation><size><width>wide</width></size></annotation>", "x.xml", true).findings),
        AllOf(HasSubstr("'width' of the size is 'wide'; enter an integer number of pixels"),
              HasSubstr("'height' of the size is ''")));
    EXPECT_THAT(findings_text(parse_voc("<annotation>\n<object>", "x.xml", true).findings),
                HasSubstr("bad_syntax x.xml:2 [] invalid XML: "));
    EXPECT_THAT(findings_text(parse_voc("", "x.xml", true).findings), HasSubstr("invalid XML: "));
    EXPECT_THAT(findings_text(parse_voc("<html/>", "x.xml", true).findings),
                HasSubstr("the root tag is 'html'; it must be 'annotation'"));
}

class VocFolder : public testing::Test {
  protected:
    VocFolder() {
        write_text(folder_ / "ImageSets/Main/train.txt", "a\r\n图 2\n\nb\n");
        write_text(folder_ / "ImageSets/Main/val.txt", "c\n");
        write_text(folder_ / "Annotations/a.xml", file(voc_object("dog", corners("1", "1", "5", "5"))));
        write_text(folder_ / "Annotations/图 2.xml", file(voc_object("cat", corners("1", "1", "5", "5")), "图 2.png"));
        write_text(folder_ / "Annotations/b.xml", file("", "other.jpg"));
        write_text(folder_ / "Annotations/c.xml", file(voc_object("dog", corners("1", "1", "5", "5")), "c.jpg"));
        write_png(folder_ / "JPEGImages/b.png", gradient_image(20, 10));
    }
    [[nodiscard]] ReadSet read(Split split = Split::kTrain, const Json& more = Json::object()) const {
        Json full{{"type", "VOC"}, {"data_root", folder_.path().native()}};
        full.update(more);
        auto read = read_set(full, split);
        EXPECT_TRUE(read) << to_string(read.error());
        return read.value();
    }

    TempFolder folder_;
};

TEST_F(VocFolder, a_split_is_what_its_list_names) {
    const ReadSet train = read();
    EXPECT_EQ(findings_text(train.findings), "");
    ASSERT_EQ(train.set.images.size(), 3U);
    EXPECT_THAT(train.set.classes, ElementsAre("cat", "dog"));
    EXPECT_EQ(train.set.images[0].name, "a.jpg");
    EXPECT_EQ(train.set.images[0].instances[0].label, 1);
    EXPECT_EQ(train.set.images[1].name, "图 2.png");
    EXPECT_EQ(train.set.images[2].name, "b.png") << "the image that is there, whatever the file calls it";
    EXPECT_EQ(train.set.path(train.set.images[2]), folder_ / "JPEGImages/b.png");
    EXPECT_EQ(train.set.files[train.set.images[1].location.file], folder_ / "Annotations/图 2.xml");
    const ReadSet val = read(Split::kVal);
    EXPECT_THAT(val.set.classes, ElementsAre("cat", "dog")) << "those of the training split";
    EXPECT_EQ(val.set.images[0].instances[0].label, 1);
}

TEST_F(VocFolder, a_name_that_is_listed_twice_is_reported_with_its_line) {
    write_text(folder_ / "ImageSets/Main/train.txt", "a\nb\n\na\n");
    const ReadSet found = read();
    EXPECT_EQ(found.set.images.size(), 2U);
    EXPECT_EQ(findings_text(found.findings),
              fmt::format("duplicate_id {}:4 [a] 'a' is listed twice, first in line 1; list it once\n",
                          (folder_ / "ImageSets/Main/train.txt").native()));
    EXPECT_TRUE(has_faults(found.findings));
}

TEST_F(VocFolder, a_classes_own_list_has_marks) {
    write_text(folder_ / "ImageSets/Main/cat_train.txt", "a -1\n图 2\nb  1\n");
    const ReadSet marked = read(Split::kTrain, {{"train", {{"ann_file", "ImageSets/Main/cat_train.txt"}}}});
    ASSERT_EQ(marked.set.images.size(), 3U);
    EXPECT_EQ(marked.set.images[0].id, "a");
    EXPECT_EQ(marked.set.images[1].id, "图 2") << "a file is called so: the 2 is no mark";
    EXPECT_EQ(marked.set.images[2].id, "b");
}

TEST_F(VocFolder, objects_of_unknown_class_can_be_left_out) {
    write_text(folder_ / "labels.txt", "cat\n");
    const Json section{{"type", "VOC"}, {"data_root", folder_.path().native()}};
    ASSERT_FALSE(open(section));
    Json leaving = section;
    leaving["faulty_objects"] = "leave_out";
    const auto opened = open(leaving);
    ASSERT_TRUE(opened) << to_string(opened.error());
    EXPECT_EQ((*opened)->left_out(), (std::map<std::string, std::int64_t>{{"unknown_class", 1}}));
    write_text(folder_ / "Annotations/a.xml",
               file(voc_object("dog", corners("1", "1", "5", "5")) + voc_object("cat", corners("4", "1", "2", "5"))));
    EXPECT_THAT(to_string(open(section).error()),
                HasSubstr("a.xml:5: the box of the annotation of 'a.jpg' in line 5 is -1 x 5 pixels"));
}

TEST_F(VocFolder, faults_are_reported) {
    write_text(folder_ / "labels.txt", "cat\ncow\n");
    write_text(folder_ / "ImageSets/Main/train.txt", "a\ngone\n");
    EXPECT_THAT(
        findings_text(read(Split::kTrain, {{"num_classes", 20}}).findings),
        AllOf(HasSubstr("unknown_class " + (folder_ / "Annotations/a.xml").native() +
                        ":3 [dog] object 'dog' does not belong to any of the classes (cat, cow); correct the name, or "
                        "add the class"),
              HasSubstr("missing_file " + (folder_ / "Annotations/gone.xml").native() + ":0 [gone] cannot open"),
              HasSubstr("add the annotation of 'gone', or remove it from the list"),
              HasSubstr("there are 2 classes, num_classes is 20")));
    write_text(folder_ / "ImageSets/Main/train.txt", "\n");
    EXPECT_THAT(findings_text(read().findings),
                HasSubstr("the list is empty; write one name without extension per line"));
    const auto none = read_set({{"type", "VOC"}, {"data_root", folder_.path().native()}}, Split::kTest);
    EXPECT_EQ(none.error().code, Code::kNotFound);
    EXPECT_THAT(none.error().message,
                HasSubstr("does not contain 'ImageSets/Main/test.txt'; set dataset.test.ann_file"));
}

}  // namespace
}  // namespace goetia
