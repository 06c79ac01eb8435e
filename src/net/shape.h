// What an answer holds, as deep as it goes, for the OpenAPI document: programs get their types from it. A Schema says
// the fields of an object; a Shape also says what is within those that it calls an object or anything.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "component/schema.h"

namespace goetia {

class Shape {
  public:
    Shape(const Schema& fields);  // NOLINT(google-explicit-constructor): an object with these fields, and later more
    explicit Shape(ParamType type);

    // One more field.
    Shape&& with(const ParamBuilder& param) &&;
    // What the field is, which must be there and be an object or anything.
    Shape&& where(std::string_view field, const Shape& inside) &&;
    Shape&& or_null() &&;

    [[nodiscard]] const Json& form() const { return *form_; }  // as JSON Schema

    friend Shape list_of(const Shape& item);
    friend Shape map_of(const Shape& value);

  private:
    explicit Shape(Json form);
    Json& own_form();  // no other Shape's

    std::shared_ptr<Json> form_;
};

Shape list_of(const Shape& item);
Shape map_of(const Shape& value);  // an object whose names are data
// {"items", "total", "next"} with all of them, of what is few.
Shape whole_list_of(std::string name, const Shape& item);

}  // namespace goetia
