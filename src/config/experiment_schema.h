// Checks whether a resolved document is an experiment. Its structure and bounds are defined by
// contract/experiment.schema.json (draft 7, the single source for this program and the web page); its component
// sections are checked against the component catalogue.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "config/config.h"

namespace goetia {

// A schema of builtin_contract() by name: "experiment", "catalogue". It is read on each call.
Result<Json> contract_schema(const std::string& name);
Result<Json> experiment_schema();

// Every fault of `document`, without files and lines.
std::vector<Fault> check_against_schema(const Json& document, const Json& schema);

// Checks the component sections (model and its parts, dataset, transforms, optimizer, scheduler, metrics) against
// `catalogue`, the output of `goetia-runtime describe`: a list of {"kind", "name", "sentence", "params"}. An Error if
// it is not one.
Result<std::vector<Fault>> check_components(const Json& document, const Json& catalogue);

// The enabled sections whose feature is not in `available`, in the document's order. A feature is named by the path of
// its section ("compression.pruning", "training.mixed_precision", "export.onnx"); feature_names() lists all of them.
std::vector<Fault> unavailable_sections(const Json& document, const std::set<std::string>& available);
const std::vector<std::string>& feature_names();

// The document with every unavailable section removed (or disabled), for --skip-unavailable.
Json without_unavailable(const Json& document, const std::set<std::string>& available);

// Fills in `file` and `line` of each fault from the sources of the document.
void add_places(std::vector<Fault>& faults, const LineTable& lines);

// All of the above but availability: one Error with every fault, or success. With an empty catalogue only the structure
// is checked.
Status check_experiment(const Composed& composed, const Json& catalogue = Json::array());

// `document` with the schema's defaults filled in (a section that is absent is added when the schema gives its
// defaults), so that the runtime needs no defaults of its own.
Result<Json> with_schema_defaults(const Json& document);

// The schema's information on one key: {"path", "type", "allowed", "default", "doc"}; an unknown key is answered with
// the nearest one.
Result<Json> explain_key(const std::string& path);

}  // namespace goetia
