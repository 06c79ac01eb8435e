#include "metrics/coco_json.h"

#include <cmath>
#include <optional>

#include <simdjson.h>

#include "base/files.h"
#include "base/json_syntax_error.h"
#include "imaging/masks/rle.h"

namespace goetia {
namespace {

namespace ondemand = simdjson::ondemand;

bool read(ondemand::value value, double& into) { return value.get_double().get(into) == simdjson::SUCCESS; }

// 64.0 counts as a whole number: some writers only know floats.
bool read(ondemand::value value, std::int64_t& into) {
    if (value.get_int64().get(into) == simdjson::SUCCESS) return true;
    constexpr double kExact = 9007199254740992.0;
    double real = 0;
    if (!read(value, real) || real != std::floor(real) || std::abs(real) > kExact) return false;
    into = static_cast<std::int64_t>(real);
    return true;
}

bool read(ondemand::value value, bool& into) {
    if (value.get_bool().get(into) == simdjson::SUCCESS) return true;
    double number = 0;
    if (!read(value, number)) return false;
    into = number != 0;
    return true;
}

bool read(ondemand::value value, int& into) {
    std::int64_t number = 0;
    if (!read(value, number) || number < 0 || number > INT32_MAX) return false;
    into = static_cast<int>(number);
    return true;
}

bool read(ondemand::value value, std::array<double, 4>& into) {
    ondemand::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS) return false;
    std::size_t count = 0;
    for (auto one : list) {
        if (count == into.size() || one.get_double().get(into[count]) != simdjson::SUCCESS) return false;
        ++count;
    }
    return count == into.size();
}

bool read(ondemand::value value, std::vector<double>& into) {
    ondemand::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS) return false;
    for (auto one : list) {
        if (one.get_double().get(into.emplace_back()) != simdjson::SUCCESS) return false;
    }
    return true;
}

bool read_counts(ondemand::value value, std::vector<std::uint32_t>& into) {
    std::string_view text;
    if (value.get_string().get(text) == simdjson::SUCCESS) {
        auto counts = expand_counts(text);
        if (counts) into = std::move(counts).value();
        return counts.ok();
    }
    std::vector<double> numbers;
    if (!read(value, numbers)) return false;
    for (const double number : numbers) {
        if (number != std::floor(number) || number < 0 || number > UINT32_MAX) return false;
        into.push_back(static_cast<std::uint32_t>(number));
    }
    return true;
}

bool read_mask(ondemand::object object, Rle& into) {
    bool sized = false, counted = false;
    for (auto member : object) {
        ondemand::field field;
        if (std::move(member).get(field) != simdjson::SUCCESS) return false;
        std::vector<double> size;
        if (field.key() == "counts") {
            counted = read_counts(field.value(), into.counts);
        } else if (field.key() == "size") {
            sized = read(field.value(), size) && size.size() == 2 && size[0] >= 0 && size[1] >= 0 &&
                    std::max(size[0], size[1]) <= 1'000'000;
            if (sized) into.height = static_cast<int>(size[0]), into.width = static_cast<int>(size[1]);
        }
    }
    return sized && counted;
}

// An outline of two points would be a box for pycocotools.
bool read(ondemand::value value, CocoShape& into) {
    ondemand::object object;
    into.is_mask = value.get_object().get(object) == simdjson::SUCCESS;
    if (into.is_mask) return read_mask(object, into.mask);
    ondemand::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS) return false;
    for (auto one : list) {
        ondemand::value outline;
        if (one.get(outline) != simdjson::SUCCESS || !read(outline, into.polygons.emplace_back())) return false;
        if (into.polygons.back().size() < 6 || into.polygons.back().size() % 2 != 0) return false;
    }
    return true;
}

// The value at the beginning of a text, at most 40 bytes of it.
std::string_view shown_value(std::string_view text) {
    text = text.substr(0, 40);
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char letter = text[i];
        if (quoted && letter == '\\') ++i;
        else if (letter == '"') quoted = !quoted;
        if (quoted) continue;
        if (depth == 0 && (letter == ',' || letter == '}' || letter == ']')) return text.substr(0, i);
        if (letter == '[' || letter == '{') ++depth;
        if (letter == ']' || letter == '}') --depth;
    }
    return text;
}

// One file on its way through the parser.
class CocoJson {
  public:
    CocoJson(std::string file, std::string text, bool with_shapes, std::vector<CocoListFault>& faults)
        : file_(std::move(file)), text_(std::move(text)), with_shapes_(with_shapes), faults_(faults) {
        if (text_.starts_with("\xef\xbb\xbf")) text_.erase(0, 3);
        text_.reserve(text_.size() + simdjson::SIMDJSON_PADDING);
    }

    Result<CocoAnnotations> annotations() {
        CocoAnnotations read;
        bool seen[3]{};
        ondemand::object root;
        if (open() && !failed(document_.get_object().get(root))) {
            for (auto member : root) {
                ondemand::field field;
                if (failed(std::move(member).get(field))) break;
                if (field.key() == "images") seen[0] = images(field.value(), read.images);
                else if (field.key() == "categories") seen[1] = categories(field.value(), read.categories);
                else if (field.key() == "annotations")
                    seen[2] = objects(field.value(), CocoList::kAnnotations, read.table);
            }
        }
        constexpr const char* kLists[]{"images", "categories", "annotations"};
        for (std::size_t i = 0; i < 3; ++i) {
            if (!seen[i]) faults_.push_back({.message = fmt::format("'{}' is missing or no list", kLists[i])});
        }
        GOETIA_TRY(check_syntax());
        return read;
    }

    Result<CocoTable> results() {
        CocoTable read;
        if (open()) {
            ondemand::array list;
            if (failed(document_.get_array().get(list))) {
                faults_.push_back({.message = "must be a list of results"});
            } else {
                elements(list, CocoList::kResults, [&](ondemand::object one) { take(one, CocoList::kResults, read); });
            }
        }
        GOETIA_TRY(check_syntax());
        return read;
    }

  private:
    bool open() {
        const simdjson::padded_string_view padded(text_.data(), text_.size(), text_.capacity());
        return !failed(parser_.iterate(padded).get(document_));
    }

    // Whether there is an error; one that is no wrong type means that the file is no JSON.
    bool failed(simdjson::error_code error) {
        broken_ = broken_ || (error != simdjson::SUCCESS && error != simdjson::INCORRECT_TYPE);
        return error != simdjson::SUCCESS;
    }

    // The parser only looks at what it is asked for: what seems faulty may be a consequence of broken JSON.
    Status check_syntax() {
        const char* place = nullptr;  // of what follows the document
        const bool more = !broken_ && document_.current_location().get(place) == simdjson::SUCCESS;
        if (!broken_ && faults_.empty() && !more) return {};
        const std::optional<JsonSyntaxError> error = find_json_syntax_error(text_);
        if (!broken_ && !error) return {};
        const JsonSyntaxError at = error.value_or(JsonSyntaxError{.line = 1, .column = 1, .why = "not JSON"});
        return invalid("'{}' is not JSON: line {}, column {}: {}", file_, at.line, at.column, at.why);
    }

    void fault(CocoList list, std::string message) { faults_.push_back({list, place_, std::move(message)}); }

    template <class Take>
    void elements(ondemand::array list, CocoList name, Take take) {
        place_ = -1;
        for (auto one : list) {
            ++place_;
            ondemand::value element;
            ondemand::object object;
            if (failed(one.get(element))) return;
            if (failed(element.get_object().get(object))) fault(name, "must be an object");
            else take(object);
            if (broken_ || faults_.size() >= kMostCocoFaults) return;
        }
    }

    // Calls take(key, value) for each member.
    template <class Take>
    void members(ondemand::object object, Take take) {
        for (auto one : object) {
            ondemand::field field;
            if (failed(std::move(one).get(field))) return;
            take(field.key(), field.value());
        }
    }

    template <class T>
    bool get(ondemand::value value, CocoList list, const char* key, const char* allowed, T& into) {
        const std::string_view token = value.raw_json_token();
        if (read(value, into)) return true;
        const auto begin = static_cast<std::size_t>(token.data() - text_.data());
        fault(list,
              fmt::format("'{}' is {}, must be {}", key, shown_value(std::string_view(text_).substr(begin)), allowed));
        return false;
    }

    bool images(ondemand::value value, std::vector<CocoImageInfo>& into) {
        ondemand::array list;
        if (failed(value.get_array().get(list))) return false;
        elements(list, CocoList::kImages, [&](ondemand::object object) {
            CocoImageInfo image;
            bool has_id = false, is_good = true;
            members(object, [&](ondemand::raw_json_string key, ondemand::value member) {
                const auto size = [&](const char* name, int& side) {
                    is_good &= get(member, CocoList::kImages, name, "a whole number", side);
                };
                if (key == "id")
                    has_id = get(member, CocoList::kImages, "id", "a whole number", image.id), is_good &= has_id;
                else if (key == "height") size("height", image.height);
                else if (key == "width") size("width", image.width);
            });
            if (!has_id && is_good) fault(CocoList::kImages, "has no 'id'");
            if (has_id) into.push_back(image);
        });
        return true;
    }

    bool categories(ondemand::value value, std::vector<CocoCategory>& into) {
        ondemand::array list;
        if (failed(value.get_array().get(list))) return false;
        elements(list, CocoList::kCategories, [&](ondemand::object object) {
            CocoCategory category;
            bool has_id = false, is_good = true;
            members(object, [&](ondemand::raw_json_string key, ondemand::value member) {
                std::string_view name;
                if (key == "id")
                    is_good = has_id = get(member, CocoList::kCategories, "id", "a whole number", category.id);
                else if (key == "name" && member.get_string().get(name) == simdjson::SUCCESS) category.name = name;
            });
            if (!has_id && is_good) fault(CocoList::kCategories, "has no 'id'");
            if (has_id) into.push_back(std::move(category));
        });
        return true;
    }

    bool objects(ondemand::value value, CocoList name, CocoTable& into) {
        ondemand::array list;
        if (failed(value.get_array().get(list))) return false;
        elements(list, name, [&](ondemand::object object) { take(object, name, into); });
        return true;
    }

    void take(ondemand::object object, CocoList list, CocoTable& into) {
        CocoObject one;
        one.place = static_cast<std::int32_t>(place_);
        bool has_image = false, has_category = false, has_score = false, has_id = false, is_good = true;
        members(object, [&](ondemand::raw_json_string key, ondemand::value value) {
            const auto whole = [&](const char* name, std::int64_t& number) {
                const bool is_whole = get(value, list, name, "a whole number", number);
                return is_good &= is_whole, is_whole;
            };
            const auto flag = [&](const char* name, bool& on) { is_good &= get(value, list, name, "0 or 1", on); };
            if (key == "image_id") has_image = whole("image_id", one.image);
            else if (key == "category_id") has_category = whole("category_id", one.category);
            else if (key == "bbox")
                one.has_box = get(value, list, "bbox", "[x, y, width, height]", one.box), is_good &= one.has_box;
            else if (key == "score") has_score = get(value, list, "score", "a number", one.score), is_good &= has_score;
            else if (key == "id") has_id = list == CocoList::kResults || whole("id", one.id);
            else if (key == "area") one.has_area = list == CocoList::kResults || read(value, one.area);
            else if (key == "iscrowd") flag("iscrowd", one.crowd);
            else if (key == "segmentation") is_good &= take_shape(value, list, one, into);
            else if (key == "difficult" || key == "ignore") {
                bool on = false;
                flag("difficult", on);
                one.difficult |= on;
            }
        });
        const auto need = [&](bool there, const char* name) {
            if (!there && is_good) fault(list, fmt::format("has no '{}'", name)), is_good = false;
        };
        need(has_image, "image_id"), need(has_category, "category_id");
        if (list == CocoList::kResults) need(has_score, "score"), one.crowd = one.difficult = false;
        else need(has_id, "id");
        if (is_good) into.objects.push_back(one);
    }

    bool take_shape(ondemand::value value, CocoList list, CocoObject& one, CocoTable& into) {
        ondemand::json_type type{};
        if (value.type().get(type) != simdjson::SUCCESS || type == ondemand::json_type::null) return true;
        one.has_shape = true;
        if (!with_shapes_) return true;
        CocoShape shape;
        if (!get(value, list, "segmentation", "polygons of 3 points and more, or a mask of 'size' and 'counts'", shape))
            return false;
        one.shape = static_cast<std::int32_t>(into.shapes.size());
        into.shapes.push_back(std::move(shape));
        return true;
    }

    std::string file_, text_;
    bool with_shapes_, broken_ = false;
    std::vector<CocoListFault>& faults_;
    std::int64_t place_ = 0;
    ondemand::parser parser_;
    ondemand::document document_;
};

}  // namespace

Result<CocoAnnotations> read_coco_annotations(const std::string& file, bool with_shapes,
                                              std::vector<CocoListFault>& faults) {
    GOETIA_ASSIGN(std::string text, read_file(file));
    return CocoJson(file, std::move(text), with_shapes, faults).annotations();
}

Result<CocoTable> read_coco_results(const std::string& file, bool with_shapes, std::vector<CocoListFault>& faults) {
    GOETIA_ASSIGN(std::string text, read_file(file));
    return CocoJson(file, std::move(text), with_shapes, faults).results();
}

}  // namespace goetia
