// A JSON Schema validator (draft 7) for documents written by people: it reports every fault at once, each with its
// path, what was found, what is allowed and the nearest key. docs/design/2026-11-21-config-validation.md explains why
// no library is used.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/json_fwd.h"

namespace goetia::config {

class JsonSchema {
  public:
    explicit JsonSchema(const Json& schema) : root_(schema) {}

    [[nodiscard]] std::vector<Fault> check(const Json& document) const;

    // A schema with its "$ref" (and a single "allOf" around one) expanded; keys next to it take precedence.
    [[nodiscard]] Json expanded(const Json& schema) const;

    // "whole number, 1 to 1024", "one of fail, skip"
    [[nodiscard]] std::string allowed_text(const Json& schema) const;

    // Fills in the defaults of everything that is absent.
    void fill(const Json& schema, Json& value) const;

  private:
    void walk(const Json& schema, const Json& value, const std::string& path, std::vector<Fault>& faults) const;
    void walk_object(const Json& schema, const Json& value, const std::string& path, std::vector<Fault>& faults) const;
    void walk_array(const Json& schema, const Json& value, const std::string& path, std::vector<Fault>& faults) const;
    void walk_combined(const Json& schema, const Json& value, const std::string& path,
                       std::vector<Fault>& faults) const;
    void walk_any(const Json& options, const Json& value, const std::string& path, std::vector<Fault>& faults) const;
    [[nodiscard]] bool fits(const Json& schema, const Json& value) const;
    [[nodiscard]] const Json& target(const std::string& reference) const;

    const Json& root_;
};

// "text", "whole number, or null"
std::string type_text(const Json& type);

}  // namespace goetia::config
