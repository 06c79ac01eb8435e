#include "base/json.h"
#include "master/api/shapes.h"

namespace goetia {
namespace {

Shape parameter_shape() {
    return Schema("Parameter", "A parameter of a component, as contract/catalogue.schema.json says")
        .with(text("name", "Its key"))
        .with(text("doc", "What it does"))
        .with(text("type", "Of its value").one_of({"bool", "int", "float", "string", "list", "object", "any"}))
        .with(text("items", "What a list is of").one_of({"int", "float", "string"}).or_null())
        .with(text("text", "What it may be, in words"))
        .with(boolean("required", "It has no default"))
        .with(anything("default", "Unless it is given").or_null())
        .with(number("minimum", "Of the number, or of each in a list").or_null())
        .with(boolean("exclusive", "The minimum itself is not allowed").fallback(false))
        .with(number("maximum", "Of the number, or of each in a list").or_null())
        .with(texts("choices", "Of the text, or of each in a list").or_null())
        .with(integer("length", "Of a list, exactly").or_null())
        .with(boolean("nullable", "It may be null").fallback(false))
        .with(boolean("scalar_allowed", "One value may stand for a list of it").fallback(false));
}

Shape field_shape() {
    return Shape(Schema("FormField", "A value of a template")
                     .with(text("path", "`optimizer.lr`; of a group, its name"))
                     .with(anything("value", "As the template has it").or_null())
                     .with(text("type", "`group`, or what it may be in a word").fallback(""))
                     .with(text("allowed", "What it may be, in words").fallback(""))
                     .with(text("doc", "What it does").fallback(""))
                     .with(anything("default", "Unless it is given").or_null())
                     .with(texts("choices", "Of a group").or_null())
                     .with(object("parameter", "Of the component that its section names").or_null()))
        .where("parameter", parameter_shape());
}

}  // namespace

Shape component_shape() {
    return Shape(Schema("Component", "A part of a configuration, with its parameters")
                     .with(text("kind", "model, loss, transform ..."))
                     .with(text("name", "As a section's `type`"))
                     .with(text("sentence", "What it does"))
                     .with(anything("params", "In the order of its description"))
                     .with(texts("tasks", "That it is for; none: all").fallback(Json::array()))
                     .with(text("origin", "built-in").fallback("built-in")))
        .where("params", list_of(parameter_shape()));
}

Shape template_shape() {
    return Schema("Template", "A configuration to begin from")
        .with(text("name", "`classification/small`"))
        .with(text("task", "What it trains"))
        .with(text("sentence", "What it is for"));
}

Shape preset_shape() {
    return Schema("Preset", "A choice of a group of configurations")
        .with(text("name", "As it is chosen: `model=resnet18`"))
        .with(text("sentence", "What it is for; empty: nothing is said"))
        .with(text("package", "The section that it fills: `model.head.loss`; empty: the whole document"))
        .with(object("section", "As it is written, with its defaults list applied"));
}

Shape template_form_shape() {
    return Shape(Schema("TemplateForm", "A configuration to begin from, and the form for its values")
                     .with(text("name", "`classification/small`"))
                     .with(text("task", "What it trains"))
                     .with(text("sentence", "What it is for"))
                     .with(object("config", "As it is written, with its defaults list applied"))
                     .with(anything("fields", "The groups first")))
        .where("fields", list_of(field_shape()));
}

}  // namespace goetia
