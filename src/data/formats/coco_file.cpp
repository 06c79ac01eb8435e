#include "data/formats/coco_file.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/json_break.h"
#include "data/formats/coco_annotation.h"
#include "data/formats/coco_json.h"
#include "data/formats/lines.h"
#include "data/validation/checks.h"

namespace goetia {
namespace {

using namespace coco;

class CocoReader {
  public:
    CocoReader(std::string_view json, const std::string& name, CocoFile& out)
        : json_(json), name_(name), out_(out), lines_(json) {
        const std::size_t first = json.find('\n');
        tells_lines_ =
            first != std::string_view::npos && json.find_first_not_of(" \r\n", first) != std::string_view::npos;
    }

    void read(bool annotations_needed) {
        ondemand::parser parser;
        ondemand::document document;
        const simdjson::padded_string_view padded(json_.data(), json_.size(), json_.size() + kJsonPadding);
        if (const auto error = parser.iterate(padded).get(document)) return broken(error);
        document_ = &document;
        bool annotated = false;
        if (!read_lists(annotated)) return;
        if (annotated) {
            document.rewind();
            lines_ = LineCounter(json_);
            read_annotations(document.find_field("annotations"));
        } else if (annotations_needed) {
            add(FindingKind::kBadSyntax, 0, {}, "the file has no list 'annotations'",
                "add it, empty if nothing is marked in the pictures");
        }
    }

  private:
    void add(FindingKind kind, int line, std::string id, std::string found, std::string fix) {
        out_.findings.push_back({.kind = kind,
                                 .file = name_,
                                 .line = line,
                                 .id = std::move(id),
                                 .found = std::move(found),
                                 .fix = std::move(fix)});
    }

    // 0 for a file that is all one line: what its number says is not worth counting.
    int line() {
        if (!tells_lines_) return 0;
        const char* place = nullptr;
        if (document_ == nullptr || document_->current_location().get(place) != simdjson::SUCCESS) place = nullptr;
        return lines_.line_of(place);
    }

    // The fast parser knows what is wrong, not always where; a second reading finds it. It is told alone: what was
    // found before may be no more than what follows from it.
    void broken(simdjson::error_code error) {
        const auto place = json_break(json_);
        out_.findings.clear();
        const std::string where =
            place ? fmt::format("from line {}, column {} on: {}", place->line, place->column, place->why)
                  : fmt::format("as it stands: {}", simdjson::error_message(error));
        add(FindingKind::kBadSyntax, place ? static_cast<int>(place->line) : line(), {}, "the file is no JSON " + where,
            "write it again, or take an unbroken copy");
    }

    // A value of another kind than belongs there, as JSON that breaks off earlier makes them too; false when it does.
    bool misplaced(int at, std::string found, std::string fix) {
        if (!whole_json_) whole_json_ = !json_break(json_);
        if (!*whole_json_) return broken(simdjson::TAPE_ERROR), false;
        add(FindingKind::kBadSyntax, at, {}, std::move(found), std::move(fix));
        return true;
    }

    // "images" and "categories", wherever they stand; false when the JSON breaks off.
    bool read_lists(bool& annotated) {
        ondemand::object root;
        if (const auto error = document_->get_object().get(root)) {
            if (error != simdjson::INCORRECT_TYPE) return broken(error), false;
            misplaced(line(), "the file holds no object, which COCO's do",
                      "write {\"images\": [...], \"annotations\": [...], \"categories\": [...]}");
            return false;
        }
        std::map<std::string_view, int> seen{{"images", 0}, {"annotations", 0}, {"categories", 0}};
        for (auto one : root) {
            ondemand::field field;
            if (const auto error = std::move(one).get(field)) return broken(error), false;
            const auto list = std::ranges::find_if(seen, [&](const auto& one) { return field.key() == one.first; });
            if (list == seen.end()) {
                keep_as_written(field.key(), field.value(), out_.more);
            } else if (auto& [key, count] = *list; ++count == 1) {
                const bool unbroken =
                    key == "images"
                        ? read_list(ondemand::value(field.value()), key, &CocoReader::read_image, images_whole_)
                    : key == "categories"
                        ? read_list(ondemand::value(field.value()), key, &CocoReader::read_category, categories_whole_)
                        : true;
                if (!unbroken) return false;
            }
        }
        const char* left = nullptr;
        if (document_->current_location().get(left) == simdjson::SUCCESS) {
            add(FindingKind::kBadSyntax, line(), {}, "something follows the JSON's closing brace", "remove it");
            return false;
        }
        annotated = seen["annotations"] > 0;
        for (const auto& [key, count] : seen) {
            if (count > 1)
                add(FindingKind::kBadSyntax, 0, {},
                    fmt::format("the list '{}' stands {} times in the file", key, count),
                    "join them into one; only the first was read");
            if (count == 0 && key != "annotations")
                add(FindingKind::kBadSyntax, 0, {}, fmt::format("the file has no list '{}'", key), "add it");
        }
        return true;
    }

    // The same, and whether nothing of the list was faulty.
    bool read_list(simdjson::simdjson_result<ondemand::value> value, std::string_view key,
                   void (CocoReader::*read)(ondemand::object, int), bool& whole) {
        const std::size_t before = out_.findings.size();
        if (!read_list(value, key, read)) return false;
        whole = std::none_of(out_.findings.begin() + static_cast<std::ptrdiff_t>(before), out_.findings.end(),
                             [](const Finding& finding) { return finding.severity == Severity::kFault; });
        return true;
    }

    // Calls `read` for each object of the list; false when the JSON breaks off.
    bool read_list(simdjson::simdjson_result<ondemand::value> value, std::string_view key,
                   void (CocoReader::*read)(ondemand::object, int)) {
        ondemand::array list;
        if (const auto error = value.get_array().get(list)) {
            if (error != simdjson::INCORRECT_TYPE) return broken(error), false;
            return misplaced(line(), fmt::format("'{}' is no list", key), "write a list of objects");
        }
        for (auto one : list) {
            ondemand::value element;
            ondemand::object object;
            if (const auto error = one.get(element)) return broken(error), false;
            const int at = line();
            if (const auto error = element.get_object().get(object)) {
                if (error != simdjson::INCORRECT_TYPE) return broken(error), false;
                const std::string found = fmt::format("'{}' holds {}, which is no object", key, as_written(element));
                if (!misplaced(at, found, "remove it")) return false;
                continue;
            }
            (this->*read)(object, at);
            if (broken_) return false;
        }
        return true;
    }

    // Calls visit(key, value) for each member; the JSON's breaking off is told once and stops everything.
    template <class Visit>
    void each_member(ondemand::object object, Visit&& visit) {
        for (auto one : object) {
            ondemand::field field;
            if (const auto error = std::move(one).get(field)) {
                broken_ = true;
                return broken(error);
            }
            visit(field.key(), field.value());
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
        each_member(object, [&](ondemand::raw_json_string key, ondemand::value value) {
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
        if (broken_) return;
        if (!id && wrong.empty()) wrong.push_back("it has no 'id'");
        if (image.name.empty() && wrong.empty()) wrong.push_back("it has no 'file_name'");
        if (id) image.id = std::to_string(*id);
        const std::string whose = image.name.empty() ? image.id : image.name;
        for (const std::string& text : wrong)
            add(FindingKind::kBadSyntax, at, image.id, fmt::format("image '{}': {}", whose, text),
                "correct it, or remove the image");
        if (!id || image.name.empty()) return;
        image_by_id_.emplace(*id, static_cast<std::uint32_t>(out_.images.size()));
        out_.images.push_back(std::move(image));
    }

    void read_category(ondemand::object object, int at) {
        std::optional<std::int64_t> id;
        std::optional<std::string> name;
        std::string more;
        each_member(object, [&](ondemand::raw_json_string key, ondemand::value value) {
            if (key == "id") id = whole(value);
            else if (key == "name") name = words(value);
            else keep_as_written(key, value, more);
        });
        if (broken_) return;
        if (!id || !name || name->empty())
            return add(
                FindingKind::kBadSyntax, at, id ? std::to_string(*id) : "",
                fmt::format("a category has no {}", id ? "'name' that is a text" : "'id' that is a whole number"),
                "write {\"id\": 1, \"name\": \"cat\"}");
        if (!class_by_id_.emplace(*id, static_cast<std::int64_t>(out_.classes.size())).second)
            return add(FindingKind::kDuplicateId, at, std::to_string(*id),
                       fmt::format("category id {} comes twice, the second time for '{}'", *id, *name),
                       "give each category an id of its own");
        if (std::ranges::find(out_.classes, *name) != out_.classes.end()) {
            add(FindingKind::kDuplicateId, at, std::to_string(*id),
                fmt::format("two categories are called '{}'; they are taken as two classes", *name),
                "give each class a name of its own, or one id");
            out_.findings.back().severity = Severity::kWarning;
        }
        out_.classes.push_back(std::move(*name));
        out_.class_ids.push_back(*id);
        out_.class_more.push_back(std::move(more));
    }

    void read_annotations(simdjson::simdjson_result<ondemand::value> value) {
        read_list(value, "annotations", &CocoReader::read_annotation);
    }

    void read_annotation(ondemand::object object, int at) {
        CocoAnnotation one;
        each_member(object, [&](ondemand::raw_json_string key, ondemand::value value) {
            read_annotation_member(key, value, scratch_, one);
        });
        if (broken_) return;
        one.instance.id = one.id.value_or(-1);
        one.instance.line = at;
        const std::size_t before = out_.findings.size();
        for (CocoFault& fault : one.faults) refuse(one, before, fault.kind, fault.found, std::move(fault.fix));
        const auto image = image_of(one, before);
        const auto label = label_of(one, before);
        const bool shaped = complete_annotation(one);
        if (!shaped && one.faults.empty())
            refuse(one, before, FindingKind::kBadSyntax, "has no 'bbox' and no outline to take one from", "add 'bbox'");
        if (image && label && out_.findings.size() == before) {
            one.instance.label = *label;
            out_.outlines |= !one.instance.polygons.empty() || one.instance.mask;
            out_.images[*image].instances.push_back(std::move(one.instance));
        } else if (shaped) {
            tell_shape(image ? out_.images[*image] : AnnotatedImage(), one.instance, before);
        }
    }

    // Of one annotation, whose first finding is the one at `before`.
    void refuse(const CocoAnnotation& one, std::size_t before, FindingKind kind, std::string_view found,
                std::string fix) {
        const std::string id = one.id ? std::to_string(*one.id) : "";
        add(kind, one.instance.line, id, fmt::format("annotation {} {}", id.empty() ? "without id" : id, found),
            std::move(fix));
        out_.findings.back().of_object = true;
        if (out_.findings.size() > before + 1) out_.findings.back().instance = kSameObject;
    }

    // What follows from a fault of a list is not told again for each annotation.
    std::optional<std::uint32_t> image_of(const CocoAnnotation& one, std::size_t before) {
        if (!one.says_image)
            refuse(one, before, FindingKind::kBadSyntax, "has no 'image_id'", "add it, or remove the annotation");
        if (!one.image) return std::nullopt;
        if (const auto known = image_by_id_.find(*one.image); known != image_by_id_.end()) return known->second;
        if (images_whole_)
            refuse(one, before, FindingKind::kMissingImage,
                   fmt::format("is of image {}, which 'images' does not list", *one.image),
                   "add the image, or remove the annotation");
        return std::nullopt;
    }

    std::optional<std::int64_t> label_of(const CocoAnnotation& one, std::size_t before) {
        if (!one.says_category)
            refuse(one, before, FindingKind::kBadSyntax, "has no 'category_id'", "add it, or remove the annotation");
        if (!one.category) return std::nullopt;
        if (const auto known = class_by_id_.find(*one.category); known != class_by_id_.end()) return known->second;
        if (categories_whole_)
            refuse(one, before, FindingKind::kUnknownClass,
                   fmt::format("is of category {}, which 'categories' does not list", *one.category),
                   "add the category, or correct the annotation");
        return std::nullopt;
    }

    // An annotation that is not taken may have a faulty shape too.
    void tell_shape(const AnnotatedImage& image, const Instance& instance, std::size_t before) {
        for (Finding& finding : check_shape(image, instance, name_)) {
            if (out_.findings.size() == before) finding.instance = -1;
            out_.findings.push_back(std::move(finding));
        }
    }

    std::string_view json_;
    const std::string& name_;
    CocoFile& out_;
    LineCounter lines_;
    bool tells_lines_ = false, broken_ = false;
    bool images_whole_ = false, categories_whole_ = false;  // there, and nothing of them faulty
    std::optional<bool> whole_json_;                        // once it was looked
    ondemand::document* document_ = nullptr;
    std::vector<float> scratch_;
    std::unordered_map<std::int64_t, std::uint32_t> image_by_id_;
    std::unordered_map<std::int64_t, std::int64_t> class_by_id_;
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
