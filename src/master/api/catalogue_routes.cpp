// Components and templates: what configurations are made of, as forms and editors ask for it.
#include <algorithm>

#include "base/json.h"
#include "base/nearest.h"
#include "component/schema.h"
#include "master/api/permissions.h"
#include "master/api/routes.h"
#include "master/tasks/builtin_templates.h"
#include "net/problem.h"
#include "run/component_catalogue.h"

namespace goetia {
namespace {

std::vector<std::string> kind_names() {
    std::vector<std::string> names{""};
    for (const Kind kind : all_kinds()) names.emplace_back(kind_name(kind));
    return names;
}

Schema component_schema() {
    return Schema("Component", "A part of a configuration, with its parameters")
        .with(text("kind", "model, loss, transform ..."))
        .with(text("name", "As a section's `type`"))
        .with(text("sentence", "What it does"))
        .with(anything("params", "[{name, doc, type, text, default ...}], as contract/catalogue.schema.json says"))
        .with(texts("tasks", "That it is for; none: all").fallback(Json::array()))
        .with(text("origin", "built-in").fallback("built-in"));
}

Schema template_schema() {
    return Schema("Template", "A configuration to begin from")
        .with(text("name", "`classification/small`"))
        .with(text("task", "What it trains"))
        .with(text("sentence", "What it is for"));
}

Result<HttpResponse> components(KnownRuntime& runtime, const RouteCall& call) {
    GOETIA_ASSIGN(const auto catalogue, runtime.catalogue());
    const std::string kind = call.query_text("kind");
    Json items = Json::array();
    for (const Json& one : catalogue->components) {
        if (kind.empty() || one.value("kind", "") == kind) items.push_back(one);
    }
    return json_response({{"items", items}, {"total", items.size()}, {"next", nullptr}});
}

// Two kinds may use one name.
Result<HttpResponse> component(KnownRuntime& runtime, const RouteCall& call) {
    GOETIA_ASSIGN(const auto catalogue, runtime.catalogue());
    const std::string name = call.path_text("name"), kind = call.query_text("kind");
    std::vector<std::string> names;
    for (const Json& one : catalogue->components) {
        names.push_back(one.value("name", ""));
        if (names.back() == name && (kind.empty() || one.value("kind", "") == kind)) return json_response(one);
    }
    const std::string near = nearest_name(name, names);
    return not_found("there is no component '{}'{}", name,
                     near.empty() ? "" : fmt::format(", did you mean '{}'?", near));
}

Result<HttpResponse> templates(const RouteCall&) {
    GOETIA_ASSIGN(const std::vector<BuiltinTemplate> all, builtin_templates());
    Json items = Json::array();
    for (const BuiltinTemplate& one : all)
        items.push_back({{"name", one.name}, {"task", one.task}, {"sentence", one.sentence}});
    return json_response({{"items", items}, {"total", items.size()}, {"next", nullptr}});
}

Schema all_of(const std::string& name, const std::string& what) {
    return Schema(name, "All of them")
        .with(anything("items", what))
        .with(integer("total", "How many"))
        .with(text("next", "There is no next page").or_null());
}

}  // namespace

std::vector<Route> catalogue_routes(KnownRuntime& runtime) {
    std::vector<Route> routes;
    routes.push_back(Route("GET", "/api/components", kReadComponents, "Lists the components of this build")
                         .in_query(text("kind", "Only these").one_of(kind_names()).fallback(""))
                         .answers(200, all_of("Components", "As GET /api/components/{name} shows one"))
                         .works([&runtime](const RouteCall& call) { return components(runtime, call); }));
    routes.push_back(Route("GET", "/api/components/{name}", kReadComponents, "Shows a component with its parameters")
                         .in_query(text("kind", "Where two kinds have the name").one_of(kind_names()).fallback(""))
                         .answers(200, component_schema())
                         .works([&runtime](const RouteCall& call) { return component(runtime, call); }));
    routes.push_back(Route("GET", "/api/templates", kReadComponents, "Lists the templates of configurations")
                         .answers(200, all_of("Templates", "[{name, task, sentence}]"))
                         .works(templates));
    routes.push_back(
        Route("GET", "/api/templates/{task}/{name}", kReadComponents, "Shows a template and the form for its values")
            .answers(200,
                     template_schema()
                         .with(object("config", "As it is written, with its defaults list applied"))
                         .with(anything("fields", "[{path, value, type, allowed, doc, default, choices, parameter}]")))
            .works([&runtime](const RouteCall& call) -> Result<HttpResponse> {
                GOETIA_ASSIGN(const BuiltinTemplate chosen,
                              builtin_template(call.path_text("task") + "/" + call.path_text("name")));
                GOETIA_ASSIGN(const auto catalogue, runtime.catalogue());
                GOETIA_ASSIGN(const Json form, template_form(chosen, *catalogue));
                return json_response(form);
            }));
    return routes;
}

}  // namespace goetia
