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
            walk_.rewind();
            walk_.each_object(walk_.document().find_field("annotations"), "annotations",
                              [this](ondemand::object object, int at) { read_annotation(object, at); });
        } else if (annotations_needed) {
            walk_.report(FindingKind::kBadSyntax, 0, {}, "the file has no list 'annotations'",
                         "add it; it may be empty");
        }
    }

  private:
    using Seen = std::map<std::string_view, int>;  // how often each list appears in the file

    // Reads "images" and "categories", wherever they are; false if the annotations cannot be read afterwards.
    bool read_lists(bool& annotated) {
        ondemand::object root;
        if (const auto error = walk_.document().get_object().get(root)) {
            if (error != simdjson::INCORRECT_TYPE) return walk_.report_syntax_error(error), false;
            walk_.report_wrong_type(walk_.line(), "the top level of the file is not an object",
                                    "write {\"images\": [...], \"annotations\": [...], \"categories\": [...]}");
            return false;
        }
        Seen seen{{"images", 0}, {"annotations", 0}, {"categories", 0}};
        for (auto one : root) {
            ondemand::field field;
            if (const auto error = std::move(one).get(field)) return walk_.report_syntax_error(error), false;
            const auto list = std::ranges::find_if(seen, [&](const auto& one) { return field.key() == one.first; });
            if (list == seen.end()) keep_raw_member(field.key(), field.value(), out_.more);
            else if (++list->second == 1 && !read_list(list->first, field.value())) return false;
        }
        if (walk_.has_trailing_data()) {
            walk_.report(FindingKind::kBadSyntax, walk_.line(), {}, "there is text after the closing brace of the JSON",
                         "remove it");
            return false;
        }
        annotated = seen["annotations"] > 0;
        report_lists(seen);
        return true;
    }

    // False if the JSON is incomplete. Annotations are read later, once the ids in them are known.
    bool read_list(std::string_view key, ondemand::value value) {
        if (key == "annotations") return true;
        const std::size_t before = out_.findings.size();
        const bool images = key == "images";
        const bool complete = walk_.each_object(ondemand::value(value), key, [&](ondemand::object object, int at) {
            images ? read_image(object, at) : read_category(object, at);
        });
        if (!complete) return false;
        (images ? ids_.images_complete : ids_.classes_complete) =
            std::none_of(out_.findings.begin() + static_cast<std::ptrdiff_t>(before), out_.findings.end(),
                         [](const Finding& finding) { return finding.severity == Severity::kFault; });
        return true;
    }

    void report_lists(const Seen& seen) {
        for (const auto& [key, count] : seen) {
            if (count > 1)
                walk_.report(FindingKind::kBadSyntax, 0, {},
                             fmt::format("the list '{}' appears {} times in the file", key, count),
                             "merge them; only the first was read");
            if (count == 0 && key != "annotations")
                walk_.report(FindingKind::kBadSyntax, 0, {}, fmt::format("the file has no list '{}'", key), "add it");
        }
    }

    void read_image(ondemand::object object, int at) {
        AnnotatedImage image;
        image.location.line = at;
        std::optional<std::int64_t> id;
        std::vector<std::string> wrong;
        const auto size = [&](const char* key, ondemand::value value, int& into) {
            const auto number = as_integer(value);
            if (number && *number > 0 && *number <= INT32_MAX) into = static_cast<int>(*number);
            else wrong.push_back(fmt::format("'{}' is {}, must be a positive integer", key, raw_text(value)));
        };
        walk_.each_member(object, [&](ondemand::raw_json_string key, ondemand::value value) {
            if (key == "id") {
                if (!(id = as_integer(value)))
                    wrong.push_back(fmt::format("'id' is {}, must be an integer", raw_text(value)));
            } else if (key == "file_name") {
                if (auto text = as_string(value)) image.name = std::move(*text);
                else wrong.push_back(fmt::format("'file_name' is {}, must be a string", raw_text(value)));
            } else if (key == "width") {
                size("width", value, image.width);
            } else if (key == "height") {
                size("height", value, image.height);
            } else {
                keep_raw_member(key, value, image.more);
            }
        });
        if (walk_.broken()) return;
        if (!id && wrong.empty()) wrong.push_back("it has no 'id'");
        if (image.name.empty() && wrong.empty()) wrong.push_back("it has no 'file_name'");
        if (id) image.id = std::to_string(*id);
        const std::string whose = image.name.empty() ? image.id : image.name;
        for (const std::string& text : wrong)
            walk_.report(FindingKind::kBadSyntax, at, image.id, fmt::format("image '{}': {}", whose, text),
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
            if (key == "id") id = as_integer(value);
            else if (key == "name") name = as_string(value);
            else keep_raw_member(key, value, more);
        });
        if (walk_.broken()) return;
        if (!id || !name || name->empty())
            return walk_.report(
                FindingKind::kBadSyntax, at, id ? std::to_string(*id) : "",
                fmt::format("a category has no {}", id ? "'name' that is a string" : "'id' that is an integer"),
                "write {\"id\": 1, \"name\": \"cat\"}");
        if (!ids_.classes.emplace(*id, static_cast<std::int64_t>(out_.classes.size())).second)
            return walk_.report(FindingKind::kDuplicateId, at, std::to_string(*id),
                                fmt::format("category id {} is used twice, the second time by '{}'", *id, *name),
                                "give each category a unique id");
        if (std::ranges::find(out_.classes, *name) != out_.classes.end()) {
            walk_.report(FindingKind::kDuplicateId, at, std::to_string(*id),
                         fmt::format("two categories are named '{}'; they are kept as two classes", *name),
                         "give each class a unique name, or merge the ids");
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
        objects_.add(std::move(one));
    }

    CocoFile& out_;
    Walk walk_;
    CocoIds ids_;
    CocoObjects objects_;
    std::vector<float> scratch_;
};

// Class indices are 0 to n - 1; if the file numbers its categories otherwise, the mapping is reported.
void report_class_map(const std::string& name, CocoFile& file) {
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
                             .fix = fmt::format("no action needed: they become classes in the order of "
                                                "'categories' ({})",
                                                map),
                             .severity = Severity::kNote});
}

}  // namespace

CocoFile parse_coco(std::string_view json, const std::string& name, bool annotations_needed) {
    CocoFile file;
    json = without_bom(json);
    CocoReader(json, name, file).read(annotations_needed);
    report_class_map(name, file);
    return file;
}

}  // namespace goetia
