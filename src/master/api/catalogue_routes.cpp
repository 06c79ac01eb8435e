// Components and templates: what configurations are made of, as forms and editors ask for it.
#include <algorithm>

#include "base/json.h"
#include "base/nearest.h"
#include "component/schema.h"
#include "master/api/permissions.h"
#include "master/api/routes.h"
#include "master/api/shapes.h"
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

}  // namespace

std::vector<Route> catalogue_routes(KnownRuntime& runtime) {
    std::vector<Route> routes;
    routes.push_back(Route("GET", "/api/components", kReadComponents, "Lists the components of this build")
                         .in_query(text("kind", "Only these").one_of(kind_names()).fallback(""))
                         .answers(200, whole_list_of("Components", component_shape()))
                         .works([&runtime](const RouteCall& call) { return components(runtime, call); }));
    routes.push_back(Route("GET", "/api/components/{name}", kReadComponents, "Shows a component with its parameters")
                         .in_query(text("kind", "Where two kinds have the name").one_of(kind_names()).fallback(""))
                         .answers(200, component_shape())
                         .works([&runtime](const RouteCall& call) { return component(runtime, call); }));
    routes.push_back(Route("GET", "/api/templates", kReadComponents, "Lists the templates of configurations")
                         .answers(200, whole_list_of("Templates", template_shape()))
                         .works(templates));
    routes.push_back(
        Route("GET", "/api/templates/{task}/{name}", kReadComponents, "Shows a template and the form for its values")
            .answers(200, template_form_shape())
            .works([&runtime](const RouteCall& call) -> Result<HttpResponse> {
                GOETIA_ASSIGN(const BuiltinTemplate chosen,
                              builtin_template(call.path_text("task") + "/" + call.path_text("name")));
                GOETIA_ASSIGN(const auto catalogue, runtime.catalogue());
                GOETIA_ASSIGN(const Json form, template_form(chosen, *catalogue));
                return json_response(form);
            }));
    routes.push_back(
        Route("GET", "/api/presets/{group}", kReadComponents,
              "Lists the choices of a group of configurations (`model`, `optimizer` ...) as they are written")
            .answers(200, whole_list_of("Presets", preset_shape()))
            .works([](const RouteCall& call) -> Result<HttpResponse> {
                GOETIA_ASSIGN(const std::vector<BuiltinPreset> presets, builtin_presets(call.path_text("group")));
                Json items = Json::array();
                for (const BuiltinPreset& one : presets)
                    items.push_back({{"name", one.name},
                                     {"sentence", one.sentence},
                                     {"package", one.package},
                                     {"section", *one.section}});
                return json_response({{"items", items}, {"total", items.size()}, {"next", nullptr}});
            }));
    return routes;
}

}  // namespace goetia
