// Is a resolved document an experiment? Its shape and bounds are contract/experiment.schema.json (draft 7, the one
// source for this program and the web page); its component sections are checked against the component catalogue.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "config/config.h"

namespace goetia {

// A schema of builtin_contract() by its name: "experiment", "catalogue". It is read at each call.
Result<Json> contract_schema(const std::string& name);
Result<Json> experiment_schema();

// Every fault of `document` at once, without files and lines.
std::vector<Fault> check_against_schema(const Json& document, const Json& schema);

// The component sections (model and its parts, dataset, transforms, optimizer, scheduler, metrics) against `catalogue`:
// what `goetia-runtime describe` prints, a list of {"kind", "name", "sentence", "params"}; an Error where that is not
// one.
Result<std::vector<Fault>> check_components(const Json& document, const Json& catalogue);

// Enabled sections whose feature is not in `available`, in the document's order. A feature is named by the path of its
// section ("compression.pruning", "training.mixed_precision", "export.onnx"); feature_names() lists all of them.
std::vector<Fault> unavailable_sections(const Json& document, const std::set<std::string>& available);
const std::vector<std::string>& feature_names();

// The document with every unavailable section taken out (or disabled), for --skip-unavailable.
Json without_unavailable(const Json& document, const std::set<std::string>& available);

// Fills `file` and `line` of each fault from where the document was said.
void add_places(std::vector<Fault>& faults, const LineTable& lines);

// All of the above but availability: one Error with every fault, or nothing. An empty catalogue checks the shape alone.
Status check_experiment(const Composed& composed, const Json& catalogue = Json::array());

// `document` with the defaults of the schema filled in (sections that are absent are added when the schema gives their
// defaults), so that the runtime needs no second set of defaults.
Result<Json> with_schema_defaults(const Json& document);

// What the schema says of one key: {"path", "type", "allowed", "default", "doc"}; unknown keys name the nearest one.
Result<Json> explain_key(const std::string& path);

}  // namespace goetia
