#include "master/api/docs_page.h"

#include <map>

#include <fmt/format.h>

#include "base/json.h"
#include "base/json_text.h"
#include "net/http.h"

namespace goetia {
namespace {

// The colours and sizes of the design language "Ledger", by day and by night.
constexpr const char* kStyle = R"(:root {
  color-scheme: light dark;
  --canvas: #F7F6F3; --surface: #FFFFFF; --sunken: #F2F0EB; --hover: #F4F2ED; --line: #E7E4DD; --ink: #1F1E1B; --ink-2: #55524A;
  --ink-3: #6E6A61; --accent: #2848B8; --accent-soft: #E9EDFC; --danger: #B8262C;
  --font: "Inter Variable", "Inter", "Noto Sans SC", "PingFang SC", "Microsoft YaHei UI", system-ui, sans-serif;
  --mono: "JetBrains Mono Variable", "JetBrains Mono", "SF Mono", "Cascadia Mono", Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --canvas: #121210; --surface: #1A1A18; --sunken: #10100E; --hover: #232320; --line: #2B2A27; --ink: #ECEAE4; --ink-2: #B8B4AA;
    --ink-3: #959187; --accent: #93A9FF; --accent-soft: #20274A; --danger: #FF8A86;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--canvas); color: var(--ink); font: 400 13px/20px var(--font); font-variant-numeric: tabular-nums; }
main { max-width: 1080px; margin: 0 auto; padding: 16px 24px 48px; }
h1 { font: 600 20px/28px var(--font); letter-spacing: -0.012em; margin: 0; }
h2 { font: 600 13px/20px var(--font); margin: 24px 0 8px; }
p { margin: 4px 0 12px; color: var(--ink-2); }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 12px 0; }
code { font: 400 12px/20px var(--mono); font-variant-ligatures: none; overflow-wrap: anywhere; }
.sheet { display: grid; gap: 1px; background: var(--line); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
details { background: var(--surface); }
summary { display: grid; grid-template-columns: 56px 320px 1fr; gap: 4px 12px; padding: 8px 16px; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary:hover { background: var(--hover); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
.method { font-weight: 600; color: var(--accent); }
.DELETE { color: var(--danger); }
.path { font-weight: 500; }
.sentence { color: var(--ink-2); }
.inside { padding: 4px 16px 16px; border-top: 1px solid var(--line); background: var(--canvas); overflow-x: auto; }
.facts { color: var(--ink-3); font-size: 12px; line-height: 16px; margin: 8px 0; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: 8px 0 4px; }
th { text-align: left; font: 400 12px/16px var(--font); color: var(--ink-3); }
th, td { padding: 4px 16px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
@media (max-width: 767px) { summary { grid-template-columns: 56px 1fr; } .sentence { grid-column: 1 / 3; } main { padding: 16px; } }
)";

std::string in_html(std::string_view text) {
    std::string safe;
    for (const char letter : text) {
        switch (letter) {
            case '&': safe += "&amp;"; break;
            case '<': safe += "&lt;"; break;
            case '>': safe += "&gt;"; break;
            case '"': safe += "&quot;"; break;
            case '\'': safe += "&#39;"; break;
            default: safe += letter;
        }
    }
    return safe;
}

std::string type_words(const Json& form) {
    std::string words;
    const Json types = form.value("type", Json("any"));
    for (const Json& type : types.is_array() ? types : Json::array({types}))
        words += (words.empty() ? "" : " or ") + type.get<std::string>();
    if (form.contains("items")) words += " of " + type_words(form["items"]);
    for (const auto& [key, said] :
         {std::pair{"minimum", "at least "}, {"exclusiveMinimum", "above "}, {"maximum", "at most "}}) {
        if (form.contains(key)) words += std::string(", ") + said + json_text(form[key]);
    }
    if (!form.contains("enum")) return words;
    std::string choices;
    for (const Json& choice : form["enum"]) choices += (choices.empty() ? "" : ", ") + json_text(choice);
    return words + ", one of " + choices;
}

std::string table_row(const std::string& name, const Json& form, const std::string& doc, bool required) {
    const std::string fallback = required ? "required" : form.contains("default") ? json_text(form["default"]) : "";
    return fmt::format("<tr><td><code>{}</code></td><td>{}</td><td><code>{}</code></td><td>{}</td></tr>\n",
                       in_html(name), in_html(type_words(form)), in_html(fallback), in_html(doc));
}

std::string table_of(const std::string& caption, const std::string& rows) {
    if (rows.empty()) return {};
    return "<table><caption>" + caption +
           "</caption><tr><th>Name</th><th>Type</th><th>Default</th><th>What</th></tr>\n" + rows + "</table>\n";
}

// What is within a field has its name before its own: `progress.step`, `gpus[].name`, `metrics.*.last`.
std::string object_rows(const Json& form, const std::string& within = "") {
    std::string rows;
    const Json required = form.value("required", Json::array());
    const Json properties = form.value("properties", Json::object());
    for (const auto& [name, property] : properties.items()) {
        const bool needed = std::find(required.begin(), required.end(), name) != required.end();
        rows += table_row(within + name, property, property.value("description", ""),
                          needed && !property.contains("default"));
        std::string below = within + name;
        const Json* inside = &property;
        while (inside->contains("items") || inside->value("additionalProperties", Json()).is_object()) {
            const bool is_list = inside->contains("items");
            below += is_list ? "[]" : ".*";
            inside = &(*inside)[is_list ? "items" : "additionalProperties"];
        }
        rows += object_rows(*inside, below + ".");
    }
    return rows;
}

std::string parameter_rows(const Json& operation) {
    std::string rows;
    for (const Json& one : operation.value("parameters", Json::array())) {
        rows += table_row(one["name"], one["schema"], one.value("description", ""), one.value("required", false));
    }
    return rows;
}

std::string body_of(const Json& operation) {
    if (!operation.contains("requestBody")) return {};
    const Json& body = operation["requestBody"];
    const Json& content = body["content"];
    if (!content.contains("application/json"))
        return "<p>Body: " + in_html(body.value("description", "bytes")) + "</p>\n";
    return table_of("Body", object_rows(content["application/json"]["schema"]));
}

bool is_page_of_items(const Json& form) {
    const Json properties = form.value("properties", Json::object());
    return properties.contains("items") && properties.contains("next") && properties["items"].contains("items");
}

std::string answer_of(const Json& operation) {
    std::string text;
    for (const auto& [status, answer] : operation["responses"].items()) {
        if (status >= "4") continue;  // problems, of which the top speaks
        const Json contents = answer.value("content", Json::object());
        for (const auto& [type, content] : contents.items()) {
            const Json form = content.value("schema", Json::object());
            const bool is_list = is_page_of_items(form);
            const Json shown = is_list ? form["properties"]["items"]["items"] : form;
            text += fmt::format("<p class=\"facts\">{} <code>{}</code> {}</p>\n", status, in_html(type),
                                in_html(answer.value("description", "")));
            text += table_of(is_list ? "Each item" : "Answer", object_rows(shown));
        }
    }
    return text;
}

std::string operation_html(const std::string& method, const std::string& path, const Json& operation) {
    const std::string role = operation.contains("x-role") ? ", role " + operation["x-role"].get<std::string>() : "";
    return fmt::format(
        "<details id=\"{}\"><summary><span class=\"method {}\">{}</span><code class=\"path\">{}</code>"
        "<span class=\"sentence\">{}</span></summary>\n<div class=\"inside\"><p class=\"facts\">Needs "
        "{}{}</p>\n{}{}{}</div></details>\n",
        operation["operationId"].get<std::string>(), method, method, in_html(path),
        in_html(operation.value("summary", "")), in_html(operation.value("x-permission", "")), in_html(role),
        table_of("Path and query", parameter_rows(operation)), body_of(operation), answer_of(operation));
}

// "/api/tasks/{id}" is of "tasks", "/agent/enrol" of "agent"; what stands alone is of the system.
std::string resource_of(std::string_view path) {
    if (path.starts_with("/api/")) path.remove_prefix(4);
    const std::size_t end = path.find('/', 1);
    const std::string first(path.substr(1, end == std::string_view::npos ? end : end - 1));
    return first == "healthz" || first == "readyz" || first == "metrics" || first.find('.') != std::string::npos
               ? "system"
               : first;
}

HttpResponse served(const std::string& text, const std::string& type) {
    HttpResponse response{.body = text};
    response.headers.set("Content-Type", type);
    response.headers.set(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    response.headers.set("Cache-Control", "no-cache");
    return response;
}

}  // namespace

std::string docs_page(const Json& openapi) {
    std::map<std::string, std::string> resources;
    for (const auto& [path, methods] : openapi["paths"].items()) {
        for (const auto& [method, operation] : methods.items()) {
            std::string word;
            for (const char letter : method) word += static_cast<char>(letter + ('A' - 'a'));
            resources[resource_of(path)] += operation_html(word, path, operation);
        }
    }
    std::string links, sections;
    for (const auto& [name, operations] : resources) {
        links += fmt::format("<a href=\"#of-{}\">{}</a>\n", name, name);
        sections += fmt::format("<h2 id=\"of-{}\">{}</h2>\n<div class=\"sheet\">\n{}</div>\n", name, name, operations);
    }
    const std::string title = in_html(openapi["info"].value("title", "")),
                      version = in_html(openapi["info"].value("version", ""));
    return fmt::format(R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{} {}</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<main>
<h1>{} {}</h1>
<p>Every route, as <a href="/openapi.json">openapi.json</a> describes it. Who asks says so by
<code>Authorization: Bearer TOKEN</code>. What goes wrong is answered as <code>application/problem+json</code>:
<code>code, title, detail, reason, faults, request</code>. Everything under <code>/api/</code> also answers under <code>/api/v1/</code>.</p>
<nav>
{}</nav>
{}</main>
</body>
</html>
)",
                       title, version, title, version, links, sections);
}

std::vector<Route> docs_routes(std::shared_ptr<const std::string> page) {
    std::vector<Route> routes;
    routes.push_back(Route("GET", "/docs", kForEverybody, "This description as a page")
                         .answers_bytes("text/html; charset=utf-8", "The page")
                         .does([page = std::move(page)](const RouteCall&, const RouteAnswer& answer) {
                             answer(served(*page, "text/html; charset=utf-8"));
                         }));
    routes.push_back(Route("GET", "/docs/style.css", kForEverybody, "How that page looks")
                         .answers_bytes("text/css; charset=utf-8", "The style sheet")
                         .does([](const RouteCall&, const RouteAnswer& answer) {
                             answer(served(kStyle, "text/css; charset=utf-8"));
                         }));
    return routes;
}

}  // namespace goetia
