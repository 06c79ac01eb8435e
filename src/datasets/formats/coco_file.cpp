#include "datasets/formats/coco_file.h"

#include <algorithm>
#include <map>

#include "datasets/formats/coco_annotation.h"
#include "datasets/formats/coco_objects.h"
#include "datasets/formats/coco_walk.h"
#include "datasets/formats/lines.h"

namespace goetia {
namespace {

using namespace coco;

class CocoReader {
  public:
    CocoReader(std::string_view json, const std::string& name, CocoFile& out)
        : out_(out), walk_(json, name, out.findings), objects_(ids_, name, out) {}

    void read(bool annotations_needed) {
        bool annotated = false;
        if (!walk_.begin() || !read_lists(annotated)) return;
        if (annotated) {
            walk_.begin_again();
            walk_.each_object(walk_.document().find_field("annotations"), "annotations",
                              [this](ondemand::object object, int at) { read_annotation(object, at); });
        } else if (annotations_needed) {
            walk_.tell(FindingKind::kBadSyntax, 0, {}, "the file has no list 'annotations'",
                       "add it, empty if nothing is marked in the pictures");
        }
    }

  private:
    using Seen = std::map<std::string_view, int>;  // how often each list stands in the file

    // "images" and "categories", wherever they stand; false when there is no going on to the annotations.
    bool read_lists(bool& annotated) {
        ondemand::object root;
        if (const auto error = walk_.document().get_object().get(root)) {
            if (error != simdjson::INCORRECT_TYPE) return walk_.tell_break(error), false;
            walk_.tell_misplaced(walk_.line(), "the file holds no object, which COCO's do",
                                 "write {\"images\": [...], \"annotations\": [...], \"categories\": [...]}");
            return false;
        }
        Seen seen{{"images", 0}, {"annotations", 0}, {"categories", 0}};
        for (auto one : root) {
            ondemand::field field;
            if (const auto error = std::move(one).get(field)) return walk_.tell_break(error), false;
            const auto list = std::ranges::find_if(seen, [&](const auto& one) { return field.key() == one.first; });
            if (list == seen.end()) keep_as_written(field.key(), field.value(), out_.more);
            else if (++list->second == 1 && !read_list(list->first, field.value())) return false;
        }
        if (walk_.goes_on()) {
            walk_.tell(FindingKind::kBadSyntax, walk_.line(), {}, "something follows the JSON's closing brace",
                       "remove it");
            return false;
        }
        annotated = seen["annotations"] > 0;
        tell_lists(seen);
        return true;
    }

    // False when the JSON breaks off. Annotations wait until the numbers in them are known.
    bool read_list(std::string_view key, ondemand::value value) {
        if (key == "annotations") return true;
        const std::size_t before = out_.findings.size();
        const bool images = key == "images";
        const bool unbroken = walk_.each_object(ondemand::value(value), key, [&](ondemand::object object, int at) {
            images ? read_image(object, at) : read_category(object, at);
        });
        if (!unbroken) return false;
        (images ? ids_.images_whole : ids_.classes_whole) =
            std::none_of(out_.findings.begin() + static_cast<std::ptrdiff_t>(before), out_.findings.end(),
                         [](const Finding& finding) { return finding.severity == Severity::kFault; });
        return true;
    }

    void tell_lists(const Seen& seen) {
        for (const auto& [key, count] : seen) {
            if (count > 1)
                walk_.tell(FindingKind::kBadSyntax, 0, {},
                           fmt::format("the list '{}' stands {} times in the file", key, count),
                           "join them into one; only the first was read");
            if (count == 0 && key != "annotations")
                walk_.tell(FindingKind::kBadSyntax, 0, {}, fmt::format("the file has no list '{}'", key), "add it");
        }
    }

    void read_image(ondemand::object object, int at) {
        AnnotatedImage image;
        image.place.line = at;
        std::optional<std::int64_t> id;
        std::vector<std::string> wrong;
        const auto size = [&](const char* key, ondemand::value value, int& into) {
            const auto number = whole(value);
            if (number && *number > 0 && *number <= INT32_MAX) into = static_cast<int>(*number);
            else wrong.push_back(fmt::format("'{}' is {}, it must be a whole number above 0", key, as_written(value)));
        };
        walk_.each_member(object, [&](ondemand::raw_json_string key, ondemand::value value) {
            if (key == "id") {
                if (!(id = whole(value)))
                    wrong.push_back(fmt::format("'id' is {}, it must be a whole number", as_written(value)));
            } else if (key == "file_name") {
                if (auto text = words(value)) image.name = std::move(*text);
                else wrong.push_back(fmt::format("'file_name' is {}, it must be a text", as_written(value)));
            } else if (key == "width") {
                size("width", value, image.width);
            } else if (key == "height") {
                size("height", value, image.height);
            } else {
                keep_as_written(key, value, image.more);
            }
        });
        if (walk_.broken()) return;
        if (!id && wrong.empty()) wrong.push_back("it has no 'id'");
        if (image.name.empty() && wrong.empty()) wrong.push_back("it has no 'file_name'");
        if (id) image.id = std::to_string(*id);
        const std::string whose = image.name.empty() ? image.id : image.name;
        for (const std::string& text : wrong)
            walk_.tell(FindingKind::kBadSyntax, at, image.id, fmt::format("image '{}': {}", whose, text),
                       "correct it, or remove the image");
        if (!id || image.name.empty()) return;
        ids_.images.emplace(*id, static_cast<std::uint32_t>(out_.images.size()));
        out_.images.push_back(std::move(image));
    }

    void read_category(ondemand::object object, int at) {
        std::optional<std::int64_t> id;
        std::optional<std::string> name;
        std::string more;
        walk_.each_member(object, [&](ondemand::raw_json_string key, ondemand::value value) {
            if (key == "id") id = whole(value);
            else if (key == "name") name = words(value);
            else keep_as_written(key, value, more);
        });
        if (walk_.broken()) return;
        if (!id || !name || name->empty())
            return walk_.tell(
                FindingKind::kBadSyntax, at, id ? std::to_string(*id) : "",
                fmt::format("a category has no {}", id ? "'name' that is a text" : "'id' that is a whole number"),
                "write {\"id\": 1, \"name\": \"cat\"}");
        if (!ids_.classes.emplace(*id, static_cast<std::int64_t>(out_.classes.size())).second)
            return walk_.tell(FindingKind::kDuplicateId, at, std::to_string(*id),
                              fmt::format("category id {} comes twice, the second time for '{}'", *id, *name),
                              "give each category an id of its own");
        if (std::ranges::find(out_.classes, *name) != out_.classes.end()) {
            walk_.tell(FindingKind::kDuplicateId, at, std::to_string(*id),
                       fmt::format("two categories are called '{}'; they are taken as two classes", *name),
                       "give each class a name of its own, or one id");
            out_.findings.back().severity = Severity::kWarning;
        }
        out_.classes.push_back(std::move(*name));
        out_.class_ids.push_back(*id);
        out_.class_more.push_back(std::move(more));
    }

    void read_annotation(ondemand::object object, int at) {
        CocoAnnotation one;
        walk_.each_member(object, [&](ondemand::raw_json_string key, ondemand::value value) {
            read_annotation_member(key, value, scratch_, one);
        });
        if (walk_.broken()) return;
        one.instance.line = at;
        objects_.take(std::move(one));
    }

    CocoFile& out_;
    Walk walk_;
    CocoIds ids_;
    CocoObjects objects_;
    std::vector<float> scratch_;
};

// Class numbers begin at 0 and leave none out; where the file counts otherwise the map is told.
void tell_class_map(const std::string& name, CocoFile& file) {
    std::string map;
    bool same = true;
    for (std::size_t i = 0; i < file.class_ids.size(); ++i) {
        same &= file.class_ids[i] == static_cast<std::int64_t>(i);
        map += fmt::format("{}{} -> {}", i == 0 ? "" : ", ", file.class_ids[i], i);
    }
    if (same) return;
    file.findings.push_back({.kind = FindingKind::kIdGap,
                             .file = name,
                             .found = fmt::format("category ids are not 0 to {}", file.class_ids.size() - 1),
                             .fix = fmt::format("nothing need be done: they are taken as classes in the order of "
                                                "'categories' ({})",
                                                map),
                             .severity = Severity::kNote});
}

}  // namespace

CocoFile parse_coco(std::string_view json, const std::string& name, bool annotations_needed) {
    CocoFile file;
    json = without_mark(json);
    CocoReader(json, name, file).read(annotations_needed);
    tell_class_map(name, file);
    return file;
}

}  // namespace goetia
