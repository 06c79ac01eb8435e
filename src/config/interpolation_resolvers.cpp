// The resolvers: `${oc.env:NAME,default}` and the other oc.* ones, and Hydra's `${now:...}` and `${hydra:...}`.
#include <cstdlib>
#include <map>

#include "base/nearest.h"
#include "config/interpolation_walk.h"
#include "config/scalars.h"

namespace goetia::config {

class Resolvers {
  public:
    Resolvers(Evaluator& evaluator, const std::vector<Json>& arguments, const Path& path)
        : evaluator_(evaluator), arguments_(arguments), path_(path) {}

    Result<Target> env() {
        GOETIA_TRY(count("oc.env", 1, 2));
        GOETIA_TRY(evaluator_.check_environment());
        GOETIA_ASSIGN(const std::string name, text("oc.env"));
        if (const char* value = std::getenv(name.c_str())) {
            ++evaluator_.environment_reads_;
            return evaluator_.made(Json(value));
        }
        if (arguments_.size() < 2)
            return not_found("the environment has no '{}'; set it, or write ${{oc.env:{},DEFAULT}}", name, name);
        return evaluator_.made(arguments_[1].is_null() ? Json(nullptr) : Json(python_text(arguments_[1])));
    }

    Result<Target> select() {
        GOETIA_TRY(count("oc.select", 1, 2));
        GOETIA_ASSIGN(const std::string key, text("oc.select"));
        GOETIA_ASSIGN(Target target, evaluator_.select(key, path_, false));
        if (target.node != nullptr && !target.node->is_missing()) return target;
        return evaluator_.made(arguments_.size() == 2 ? arguments_[1] : Json(nullptr));
    }

    Result<Target> decode() {
        GOETIA_TRY(count("oc.decode", 1, 1));
        if (arguments_[0].is_null()) return evaluator_.made(nullptr);
        GOETIA_ASSIGN(const std::string expression, text("oc.decode"));
        GOETIA_ASSIGN(Json value, evaluator_.single_element(expression, path_));
        return evaluator_.made(std::move(value));
    }

    Result<Target> create() {
        GOETIA_TRY(count("oc.create", 1, 1));
        return evaluator_.made(arguments_[0]);
    }

    Result<Target> deprecated() {
        GOETIA_TRY(count("oc.deprecated", 1, 2));
        GOETIA_ASSIGN(const std::string key, text("oc.deprecated"));
        GOETIA_ASSIGN(Target target, evaluator_.look_up(key, path_));
        evaluator_.notices.insert(fmt::format("'{}' is deprecated; use '{}'", join_path(path_, evaluator_.root_), key));
        return target;
    }

    Result<Target> now() {
        GOETIA_TRY(count("now", 1, 1));
        GOETIA_ASSIGN(const std::string pattern, text("now"));
        GOETIA_ASSIGN(const RunValues* run, values_of_the_run("now"));
        GOETIA_ASSIGN(std::string time, time_text(run->time, pattern));
        return evaluator_.made(Json(std::move(time)));
    }

    Result<Target> hydra() {
        GOETIA_TRY(count("hydra", 1, 1));
        GOETIA_ASSIGN(const std::string key, text("hydra"));
        GOETIA_ASSIGN(const RunValues* run, values_of_the_run("hydra"));
        GOETIA_ASSIGN(Json value, hydra_value(run->hydra, key));
        return evaluator_.made(std::move(value));
    }

    Result<Target> keys() {
        GOETIA_ASSIGN(const Target target, mapping("oc.dict.keys"));
        Json list = Json::array();
        for (const auto& [key, value] : target.node->entries) list.push_back(key);
        return evaluator_.made(std::move(list));
    }

    Result<Target> values() {
        GOETIA_ASSIGN(const Target target, mapping("oc.dict.values"));
        GOETIA_ASSIGN(const Json resolved, evaluator_.materialise(target, ""));
        Json list = Json::array();
        for (const auto& [key, value] : resolved.items()) list.push_back(value);
        return evaluator_.made(std::move(list));
    }

  private:
    Result<const RunValues*> values_of_the_run(const char* name) {
        if (evaluator_.run_ == nullptr) return invalid("a defaults list cannot use ${{{}:...}}", name);
        evaluator_.of_the_run_.insert(path_);
        return evaluator_.run_;
    }

    Status count(const char* name, std::size_t least, std::size_t most) const {
        if (arguments_.size() >= least && arguments_.size() <= most) return {};
        return invalid("${{{}:...}} takes {} arguments, found {}", name,
                       least == most ? std::to_string(least) : fmt::format("{} to {}", least, most), arguments_.size());
    }

    Result<std::string> text(const char* name) const {
        if (arguments_[0].is_string()) return arguments_[0].get<std::string>();
        return invalid("${{{}:...}} needs text, found {}", name, python_text(arguments_[0]));
    }

    Result<Target> mapping(const char* name) {
        GOETIA_TRY(count(name, 1, 1));
        GOETIA_ASSIGN(const std::string key, text(name));
        GOETIA_ASSIGN(const Target target, evaluator_.select(key, path_, true));
        if (target.node == nullptr) return not_found("${{{}:{}}}: there is no '{}'", name, key, key);
        if (!target.node->is_map())
            return invalid("${{{}:{}}} needs a mapping, found {}", name, key, python_text(target.node->to_json()));
        return target;
    }

    Evaluator& evaluator_;
    const std::vector<Json>& arguments_;
    const Path& path_;
};

Result<Target> Evaluator::resolver(const std::string& name, const std::vector<Json>& arguments, const Path& path) {
    using Method = Result<Target> (Resolvers::*)();
    static const std::map<std::string, Method> kResolvers{
        {"hydra", &Resolvers::hydra},
        {"now", &Resolvers::now},
        {"oc.create", &Resolvers::create},
        {"oc.decode", &Resolvers::decode},
        {"oc.deprecated", &Resolvers::deprecated},
        {"oc.dict.keys", &Resolvers::keys},
        {"oc.dict.values", &Resolvers::values},
        {"oc.env", &Resolvers::env},
        {"oc.select", &Resolvers::select},
    };
    if (const auto found = kResolvers.find(name); found != kResolvers.end()) {
        Resolvers resolvers(*this, arguments, path);
        return (resolvers.*found->second)();
    }
    std::vector<std::string> names;
    std::string known;
    for (const auto& [one, method] : kResolvers) {
        names.push_back(one);
        known += (known.empty() ? "" : ", ") + one;
    }
    const std::string near = nearest_name(name, names);
    return invalid("there is no resolver '{}'{}; known: {}", name,
                   near.empty() ? "" : fmt::format(", did you mean '{}'?", near), known);
}

}  // namespace goetia::config
