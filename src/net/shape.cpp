#include "net/shape.h"

#include <algorithm>

#include "base/json.h"
#include "net/openapi.h"

namespace goetia {
namespace {

Json with_null(Json form) {
    if (!form.contains("type")) return form;  // anything
    Json& types = form["type"];
    if (!types.is_array()) types = Json::array({types});
    if (std::find(types.begin(), types.end(), "null") == types.end()) types.push_back("null");
    return form;
}

bool allows_null(const Json& form) {
    const Json types = form.value("type", Json());
    return types.is_array() && std::find(types.begin(), types.end(), "null") != types.end();
}

}  // namespace

Shape::Shape(Json form) : form_(std::make_shared<Json>(std::move(form))) {}

Shape::Shape(const Schema& fields) : Shape(json_schema_of(fields)) { (*form_)["additionalProperties"] = true; }

Shape::Shape(ParamType type) : Shape(json_form_of(type)) {}

Json& Shape::own_form() {
    if (form_.use_count() > 1) form_ = std::make_shared<Json>(*form_);
    return *form_;
}

Shape&& Shape::with(const ParamBuilder& param) && {
    const Json more = json_schema_of(Schema("", "").with(param));
    Json& form = own_form();
    form["properties"].update(more["properties"]);
    for (const Json& name : more.value("required", Json::array())) form["required"].push_back(name);
    return std::move(*this);
}

Shape&& Shape::where(std::string_view field, const Shape& inside) && {
    Json& known = own_form()["properties"].at(std::string(field));
    Json form = allows_null(known) ? with_null(*inside.form_) : *inside.form_;
    for (const char* kept : {"description", "default"}) {
        if (known.contains(kept)) form[kept] = known[kept];
    }
    known = std::move(form);
    return std::move(*this);
}

Shape&& Shape::or_null() && {
    form_ = std::make_shared<Json>(with_null(*form_));
    return std::move(*this);
}

Shape list_of(const Shape& item) { return Shape(Json{{"type", "array"}, {"items", item.form()}}); }

Shape map_of(const Shape& value) { return Shape(Json{{"type", "object"}, {"additionalProperties", value.form()}}); }

Shape whole_list_of(std::string name, const Shape& item) {
    return Shape(Schema(std::move(name), "All of them")
                     .with(anything("items", "In order"))
                     .with(integer("total", "How many"))
                     .with(text("next", "There is no next page").or_null()))
        .where("items", list_of(item));
}

}  // namespace goetia
